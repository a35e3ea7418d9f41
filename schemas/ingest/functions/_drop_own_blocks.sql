-- daybook mirror: function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer)

CREATE OR REPLACE FUNCTION ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if pg_current_xact_id_if_assigned() is not null then
        delete from ingest.blocks b
         where b.stream = p_stream and b.instrument_id is not distinct from p_instrument_id
           and b.interval_s is not distinct from p_interval_s and b.made_by = pg_current_xact_id();
    end if;
end
$function$;

alter function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) owner to daybook_api;

comment on function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) is 'Drops the blocks of a series that this transaction has made; before it writes there once more.';

revoke execute on function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) from public;
grant execute on function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_owner;
