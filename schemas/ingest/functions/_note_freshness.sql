-- daybook mirror: function ingest._note_freshness(p_batch_id uuid)

CREATE OR REPLACE FUNCTION ingest._note_freshness(p_batch_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into ingest.source_freshness as f
        (source, stream, instrument_id, interval_s, newest_event, newest_ingest, cadence_s, batch_id)
    select b.source, b.stream, b.instrument_id, b.interval_s, b.last_time, b.closed_at, ingest._usual_cadence(b.stream, b.interval_s), b.batch_id
      from ingest.batches as b
     where b.batch_id = p_batch_id
    on conflict on constraint source_freshness_key
        do update set newest_event = greatest(f.newest_event, excluded.newest_event), newest_ingest = excluded.newest_ingest,
                      batch_id = excluded.batch_id, errors_in_row = 0;
end
$function$;

alter function ingest._note_freshness(p_batch_id uuid) owner to daybook_api;

comment on function ingest._note_freshness(p_batch_id uuid) is 'Keeps ingest.source_freshness of the series of a loaded batch: what came, and that the source is well again.';

revoke execute on function ingest._note_freshness(p_batch_id uuid) from public;
grant execute on function ingest._note_freshness(p_batch_id uuid) to daybook_owner;
