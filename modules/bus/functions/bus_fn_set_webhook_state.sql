create or replace function bus.fn_set_webhook_state(p_endpoint_id uuid, p_state text, p_reason text, p_ctx jsonb default null)
returns table (outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_endpoint constant bus.webhook_endpoints := bus._webhook(p_endpoint_id);
begin
    perform util.require_text('p_reason', p_reason, 1000);
    if p_state is null or p_state not in ('enabled', 'paused', 'disabled') then
        raise exception 'argument p_state is %', coalesce(quote_literal(left(p_state, 40)), 'null')
            using errcode = 'TB001', hint = 'States are enabled, paused and disabled.';
    end if;
    outcome := case when v_endpoint.state = p_state then 'replayed' else 'created' end;
    if outcome = 'created' then
        perform bus._change_webhook_state(v_endpoint, p_state, p_reason, v_ctx);
    end if;
    return next;
end
$$;

comment on function bus.fn_set_webhook_state(uuid, text, text, jsonb) is
    'Enables, pauses or disables an endpoint. Nothing is sent while it is not enabled, and nothing is lost: what is pending stays, and later events wait in '
    'the log. Enabling also closes its breaker and tries again at once. created, or replayed when it was so already. TB002 for an unknown endpoint, 42501 '
    'without the right.';
