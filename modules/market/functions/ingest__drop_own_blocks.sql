-- Rows of one transaction all bear its id, those written before a block was made and those written after. So a transaction that goes
-- on with the series loses the blocks it has made itself.
create or replace function ingest._drop_own_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if pg_current_xact_id_if_assigned() is not null then
        delete from ingest.blocks b
         where b.stream = p_stream and b.instrument_id is not distinct from p_instrument_id
           and b.interval_s is not distinct from p_interval_s and b.made_by = pg_current_xact_id();
    end if;
end
$$;
comment on function ingest._drop_own_blocks(text, uuid, integer) is
    'Drops the blocks of a series that this transaction has made; before it writes there once more.';
