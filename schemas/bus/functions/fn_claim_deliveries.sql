-- daybook mirror: function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, endpoint_id uuid, resend integer, token uuid, attempt integer, url text, secrets text[], timeout_ms integer, allow_private boolean, seq bigint, epoch integer, event_id uuid, event_type text, account_id uuid, aggregate_type text, aggregate_id text, aggregate_version bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, payload jsonb, ctx jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
declare
    c_margin constant interval := '2 seconds';
    v_now constant timestamptz := clock_timestamp();
begin
    perform util.ctx(p_ctx);
    perform bus._held_cursor('webhooks', p_term);
    return query
        with room as materialized (
            select e.endpoint_id, e.timeout_ms, q.floor_seq, q.openings > 0 as probes,
                   case when q.openings > 0 then 1 else w.room end as room
              from unnest(p_endpoint_ids, p_limits) as w (endpoint_id, room)
              join bus.webhook_endpoints as e on e.endpoint_id = w.endpoint_id
              join bus.webhook_queues as q on q.endpoint_id = w.endpoint_id
             where e.state = 'enabled' and w.room > 0 and coalesce(q.shut_until <= v_now, true)
        ), picked as materialized (
            select r.endpoint_id, n.resend, n.seq, r.timeout_ms, r.probes
              from room as r
             cross join lateral (
                    (select d.resend, d.seq, d.attempts
                       from bus.webhook_deliveries as d
                      where d.endpoint_id = r.endpoint_id and not d.waits and d.resend = 0 and d.seq >= r.floor_seq
                        and d.next_attempt_at <= v_now and coalesce(d.leased_until <= v_now, true)
                      -- The one that is tried while the breaker is open shall not be one that fails by itself.
                      order by case when r.probes then d.attempts end, d.seq
                      limit r.room)
                    union all
                    (select d.resend, d.seq, d.attempts
                       from bus.webhook_deliveries as d
                      where d.endpoint_id = r.endpoint_id and d.resend > 0
                        and d.next_attempt_at <= v_now and coalesce(d.leased_until <= v_now, true)
                      order by d.seq
                      limit r.room)
                    order by resend desc, seq
                    limit r.room) as n
        ), probed as (
            -- Until it is known what came of the one, no other is tried.
            update bus.webhook_queues as q
               set probing = true, shut_until = v_now + make_interval(secs => p.timeout_ms / 1000.0) + c_margin
              from picked as p
             where q.endpoint_id = p.endpoint_id and p.probes
        ), claimed as (
            update bus.webhook_deliveries as d
               set token = gen_random_uuid(), leased_until = v_now + make_interval(secs => p.timeout_ms / 1000.0) + c_margin, attempts = d.attempts + 1,
                   first_attempt_at = coalesce(d.first_attempt_at, v_now)
              from picked as p
             where d.endpoint_id = p.endpoint_id and d.resend = p.resend and d.seq = p.seq
               and d.next_attempt_at <= v_now and coalesce(d.leased_until <= v_now, true)
            returning d.*
        )
        select 'created', c.endpoint_id, c.resend, c.token, c.attempts, e.url, e.secrets, e.timeout_ms, e.allow_private,
               s.seq, s.epoch, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, d.aggregate_version::bigint, d.occurred_at,
               d.recorded_at, d.payload::jsonb, d.ctx
          from claimed as c
          join bus.webhook_endpoints as e on e.endpoint_id = c.endpoint_id
          join bus.event_seq as s on s.log = 0 and s.seq = c.seq
          join bus.domain_events as d on d.id = c.id
         order by c.endpoint_id, c.seq;
end
$function$;

alter function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb) is 'Hands the holder of the consumer "webhooks" deliveries that are due, for each endpoint at most the number at the same place of p_limits: in the order of the log, and none of an aggregate of which an earlier event is not delivered yet. While the breaker of an endpoint is open there are none, and one when its pause is over. Each carries the token of the attempt, with which bus.fn_finish_deliveries() is told what came of it; what is not told within the time limit of the endpoint and two seconds is handed out again. TB006 when another process has attached since.';

revoke execute on function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb) from public;
grant execute on function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_claim_deliveries(p_term bigint, p_endpoint_ids uuid[], p_limits integer[], p_ctx jsonb) to daybook_relay;
