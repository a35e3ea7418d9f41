-- daybook mirror: function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_version bigint;
begin
    update bus.domain_event_consumers as c set version = c.version + 1, ctx = p_ctx where c.consumer = p_consumer returning c.version into strict v_version;
    perform bus._emit_versioned(p_event_type, p_consumer, v_version, p_payload, null, null, null, p_ctx);
end
$function$;

alter function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb) owner to daybook_api;

comment on function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb) is 'Emits what happened to a consumer, with its next version.';

revoke execute on function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb) from public;
grant execute on function bus._emit_consumer(p_event_type text, p_consumer text, p_payload jsonb, p_ctx jsonb) to daybook_owner;
