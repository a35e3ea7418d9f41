-- 64-bit FNV-1a, of which 64 slots need no more than the lowest six bits: those of a product depend on nothing above them.
create or replace function bus.fn_slot(p_aggregate_type text, p_aggregate_id text) returns smallint
language plpgsql immutable strict parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bytes constant bytea := convert_to(p_aggregate_type || '/' || p_aggregate_id, 'UTF8');
    v_hash integer := 37; -- of 0xcbf29ce484222325
begin
    for v_idx in 0 .. length(v_bytes) - 1 loop
        v_hash := ((v_hash # get_byte(v_bytes, v_idx)) * 51) & 63; -- of 0x100000001b3
    end loop;
    return v_hash;
end
$$;

comment on function bus.fn_slot(text, text) is
    'Slot of an aggregate, 0 to 63: the 64-bit FNV-1a hash of type/id in UTF-8, modulo 64. Members of a consumer share slots, and brokers get one subject each.';
