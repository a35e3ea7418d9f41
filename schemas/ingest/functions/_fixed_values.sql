-- daybook mirror: function ingest._fixed_values(p_batch_id uuid)

CREATE OR REPLACE FUNCTION ingest._fixed_values(p_batch_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return (
        select s.constants || jsonb_strip_nulls(jsonb_build_object(
                   'batch_id', b.batch_id, 'instrument_id', b.instrument_id, coalesce(s.interval_column, 'interval_s'), b.interval_s))
          from ingest.batches b
          join ingest.streams s on s.stream = b.stream
         where b.batch_id = p_batch_id);
end
$function$;

alter function ingest._fixed_values(p_batch_id uuid) owner to daybook_api;

comment on function ingest._fixed_values(p_batch_id uuid) is 'Columns that have one value in all rows of a batch, by name.';

revoke execute on function ingest._fixed_values(p_batch_id uuid) from public;
grant execute on function ingest._fixed_values(p_batch_id uuid) to daybook_owner;
