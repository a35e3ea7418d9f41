create or replace function bus._emit_webhook(
    p_endpoint bus.webhook_endpoints, p_event_type text, p_payload jsonb, p_ctx jsonb, p_event_id uuid default null)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
begin
    update bus.webhook_endpoints as e set version = e.version + 1 where e.endpoint_id = p_endpoint.endpoint_id returning e.version into v_version;
    perform bus._emit_versioned('bus.' || p_event_type, p_endpoint.endpoint_id::text, v_version,
        jsonb_build_object('endpoint_id', p_endpoint.endpoint_id) || p_payload, null, p_event_id, p_endpoint.account_id, p_ctx);
end
$$;

comment on function bus._emit_webhook(bus.webhook_endpoints, text, jsonb, jsonb, uuid) is
    'Emits an event of an endpoint, which the caller has locked, under the next version of it.';
