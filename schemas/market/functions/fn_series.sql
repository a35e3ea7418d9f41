-- daybook mirror: function market.fn_series(p_stream text)

CREATE OR REPLACE FUNCTION market.fn_series(p_stream text DEFAULT NULL::text)
 RETURNS TABLE(stream text, instrument_id uuid, venue text, symbol text, kind text, interval_s integer, batches bigint, first_time timestamp with time zone, last_time timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select b.stream, b.instrument_id, i.venue, i.symbol, i.kind, b.interval_s, count(*), min(b.first_time), max(b.last_time)
      from ingest.batches b
      left join ref.instruments i on i.instrument_id = b.instrument_id
     where b.verdict = 'loaded' and (p_stream is null or b.stream = p_stream)
     group by b.stream, b.instrument_id, i.venue, i.symbol, i.kind, b.interval_s
     order by b.stream, i.venue, i.kind, i.symbol, b.interval_s
$function$;

alter function market.fn_series(p_stream text) owner to daybook_api;

comment on function market.fn_series(p_stream text) is 'The series of a stream (null: of all) of which a batch was ever loaded, with the names of their instrument, how many batches, and the first and last time among their rows.';

revoke execute on function market.fn_series(p_stream text) from public;
grant execute on function market.fn_series(p_stream text) to daybook_console;
grant execute on function market.fn_series(p_stream text) to daybook_data_writer;
grant execute on function market.fn_series(p_stream text) to daybook_lab_reader;
grant execute on function market.fn_series(p_stream text) to daybook_manager;
grant execute on function market.fn_series(p_stream text) to daybook_owner;
grant execute on function market.fn_series(p_stream text) to daybook_risk;
