-- daybook mirror: function bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid)
-- needs: bus/tables/webhook_endpoints.sql

CREATE OR REPLACE FUNCTION bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_version bigint;
begin
    update bus.webhook_endpoints as e set version = e.version + 1 where e.endpoint_id = p_endpoint.endpoint_id returning e.version into v_version;
    perform bus._emit_versioned('bus.' || p_event_type, p_endpoint.endpoint_id::text, v_version,
        jsonb_build_object('endpoint_id', p_endpoint.endpoint_id) || p_payload, null, p_event_id, p_endpoint.account_id, p_ctx);
end
$function$;

alter function bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid) owner to daybook_api;

comment on function bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid) is 'Emits an event of an endpoint, which the caller has locked, under the next version of it.';

revoke execute on function bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid) from public;
grant execute on function bus._emit_webhook(p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid) to daybook_owner;
