create or replace function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version bigint;
begin
    update bus.domain_event_consumers as c set version = c.version + 1, ctx = p_ctx where c.consumer = p_consumer returning c.version into strict v_version;
    perform bus._emit_versioned(p_event_type, p_consumer, v_version, p_payload, null, null, null, p_ctx);
end
$$;

comment on function bus._emit_consumer(text, text, jsonb, jsonb) is 'Emits what happened to a consumer, with its next version.';
