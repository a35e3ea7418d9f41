create or replace function bus._change_webhook_state(p_endpoint bus.webhook_endpoints, p_state text, p_reason text, p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    update bus.webhook_endpoints as e
       set state = p_state, state_reason = p_reason, changed_at = clock_timestamp(), ctx = p_ctx
     where e.endpoint_id = p_endpoint.endpoint_id;
    if p_state = 'enabled' then
        update bus.webhook_queues as q
           set failures = 0, openings = 0, probing = false, shut_until = null
         where q.endpoint_id = p_endpoint.endpoint_id;
        -- What was tried before is tried at once, and for as long as if it were new.
        update bus.webhook_deliveries as d
           set first_attempt_at = null, next_attempt_at = '-infinity'
         where d.endpoint_id = p_endpoint.endpoint_id and d.attempts > 0 and d.token is null;
    end if;
    perform audit._write('bus.set_webhook_state', 'webhook_endpoint', p_endpoint.endpoint_id::text, p_endpoint.account_id, 'created', null,
        jsonb_build_object('state', p_state, 'reason', p_reason), p_ctx);
    perform bus._emit_webhook(p_endpoint, 'webhook_state_set', jsonb_build_object('state', p_state, 'reason', p_reason), p_ctx);
end
$$;

comment on function bus._change_webhook_state(bus.webhook_endpoints, text, text, jsonb) is
    'Gives an endpoint, which the caller has locked, another state, and says so.';
