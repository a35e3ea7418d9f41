-- daybook mirror: function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_endpoint constant bus.webhook_endpoints := bus._webhook(p_endpoint_id);
begin
    perform util.require_id('p_ping_id', p_ping_id);
    update bus.webhook_queues as q set ping_id = p_ping_id where q.endpoint_id = p_endpoint_id and q.ping_id is distinct from p_ping_id;
    outcome := case when found then 'created' else 'replayed' end;
    if found then
        perform bus._emit_webhook(v_endpoint, 'webhook_pinged', '{}', v_ctx, p_ping_id);
    end if;
    return next;
end
$function$;

alter function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) is 'Sends an endpoint an event of its own, bus.webhook_pinged, whatever types it is for, behind what it has pending. p_ping_id is the event''s id. created, or replayed for the last ping again. TB002 for an unknown endpoint, 42501 without the right.';

revoke execute on function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) from public;
grant execute on function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) to daybook_owner;
grant execute on function bus.fn_ping_webhook(p_ping_id uuid, p_endpoint_id uuid, p_ctx jsonb) to daybook_relay;
