-- daybook mirror: function audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea)

CREATE OR REPLACE FUNCTION audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea)
 RETURNS bytea
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return sha256(coalesce(p_before, decode(repeat('00', 32), 'hex')) || int8send(p_seal_no) || int8send(p_after_seq) || int8send(p_last_seq)
                  || p_events_hash || p_rows_hash);
end
$function$;

alter function audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea) owner to daybook_api;

comment on function audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea) is 'The hash of a seal, as the comment on audit.seals.hash says. p_before is null for the first one.';

revoke execute on function audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea) from public;
grant execute on function audit._chain_hash(p_before bytea, p_seal_no bigint, p_after_seq bigint, p_last_seq bigint, p_events_hash bytea, p_rows_hash bytea) to daybook_owner;
