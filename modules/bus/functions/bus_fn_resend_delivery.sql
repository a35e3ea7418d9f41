create or replace function bus.fn_resend_delivery(p_resend_id uuid, p_endpoint_id uuid, p_seq bigint, p_ctx jsonb default null)
returns table (outcome text, resend integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_endpoint constant bus.webhook_endpoints := bus._webhook(p_endpoint_id);
    v_id bigint;
begin
    perform util.require_id('p_resend_id', p_resend_id);
    perform 1 from bus.webhook_queues as q where q.endpoint_id = p_endpoint_id for update;
    select d.resend into resend
      from (select d.resend, d.resend_id from bus.webhook_deliveries as d where d.endpoint_id = p_endpoint_id and d.seq = p_seq
            union all
            select h.resend, h.resend_id from bus.webhook_history as h where h.endpoint_id = p_endpoint_id and h.seq = p_seq) as d
     where d.resend_id = p_resend_id;
    if found then
        outcome := 'replayed';
        return next;
        return;
    end if;

    -- One that waits for its next attempt does not wait any longer, and keeps its place in the order of its aggregate.
    update bus.webhook_deliveries as d
       set next_attempt_at = '-infinity', resend_id = p_resend_id
     where d.endpoint_id = p_endpoint_id and d.seq = p_seq and d.resend = 0;
    if found then
        resend := 0;
    else
        select s.id into v_id
          from bus.event_seq as s
          join bus.domain_events as d on d.id = s.id
         where s.log = 0 and s.seq = p_seq and (v_endpoint.account_id is null or v_endpoint.account_id = d.account_id);
        if not found then
            raise exception 'argument p_seq is %, and there is no such event for the endpoint', coalesce(p_seq::text, 'null')
                using errcode = 'TB002', hint = 'bus.v_webhook_deliveries lists deliveries with the places of their events.';
        end if;
        insert into bus.webhook_deliveries (endpoint_id, resend, seq, id, aggregate, waits, resend_id)
        select p_endpoint_id, 1 + max(o.resend), p_seq, v_id, 0, false, p_resend_id
          from (select d.resend from bus.webhook_deliveries as d where d.endpoint_id = p_endpoint_id and d.seq = p_seq
                union all
                select h.resend from bus.webhook_history as h where h.endpoint_id = p_endpoint_id and h.seq = p_seq
                union all
                select 0) as o
        returning webhook_deliveries.resend into resend;
        update bus.webhook_queues as q set pending = q.pending + 1 where q.endpoint_id = p_endpoint_id;
    end if;

    outcome := 'created';
    perform audit._write('bus.resend_delivery', 'webhook_endpoint', p_endpoint_id::text, v_endpoint.account_id, outcome, null,
        jsonb_build_object('seq', p_seq, 'resend', resend, 'resend_id', p_resend_id), v_ctx);
    perform bus._emit_webhook(v_endpoint, 'webhook_resent', jsonb_build_object('seq', p_seq, 'resend', resend), v_ctx);
    return next;
end
$$;

comment on function bus.fn_resend_delivery(uuid, uuid, bigint, jsonb) is
    'Has an event sent to an endpoint once more, out of order: one that was delivered, one that is dead, or one that the endpoint was never sent; or at once, '
    'if it waits for its next attempt. created with the number of the resend, 0 for one that was under way; replayed. TB002 for an unknown endpoint or event, '
    '42501 without the right.';
