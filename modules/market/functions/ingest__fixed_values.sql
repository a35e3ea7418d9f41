create or replace function ingest._fixed_values(p_batch_id uuid)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select s.constants || jsonb_strip_nulls(jsonb_build_object(
                   'batch_id', b.batch_id, 'instrument_id', b.instrument_id, coalesce(s.interval_column, 'interval_s'), b.interval_s))
          from ingest.batches b
          join ingest.streams s on s.stream = b.stream
         where b.batch_id = p_batch_id);
end
$$;
comment on function ingest._fixed_values(uuid) is 'Columns that have one value in all rows of a batch, by name.';
