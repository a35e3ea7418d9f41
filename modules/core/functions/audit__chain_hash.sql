create or replace function audit._chain_hash(
    p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea)
returns bytea
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(coalesce(p_before, decode(repeat('00', 32), 'hex')) || int8send(p_seal_no) || int8send(p_after_seq) || int8send(p_last_seq)
                  || p_events_hash || p_rows_hash);
end
$$;

comment on function audit._chain_hash(bytea, bigint, bigint, bigint, bytea, bytea) is
    'The hash of a seal, as the comment on audit.seals.hash says. p_before is null for the first one.';
