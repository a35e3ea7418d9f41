-- daybook mirror: function bus.fn_slot(p_aggregate_type text, p_aggregate_id text)

CREATE OR REPLACE FUNCTION bus.fn_slot(p_aggregate_type text, p_aggregate_id text)
 RETURNS smallint
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_bytes constant bytea := convert_to(p_aggregate_type || '/' || p_aggregate_id, 'UTF8');
    v_hash integer := 37; -- of 0xcbf29ce484222325
begin
    for v_idx in 0 .. length(v_bytes) - 1 loop
        v_hash := ((v_hash # get_byte(v_bytes, v_idx)) * 51) & 63; -- of 0x100000001b3
    end loop;
    return v_hash;
end
$function$;

alter function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) owner to daybook_api;

comment on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) is 'Slot of an aggregate, 0 to 63: the 64-bit FNV-1a hash of type/id in UTF-8, modulo 64. Members of a consumer share slots, and brokers get one subject each.';

revoke execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) from public;
grant execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) to daybook_app;
grant execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) to daybook_bot;
grant execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) to daybook_executor;
grant execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) to daybook_owner;
grant execute on function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) to daybook_relay;
