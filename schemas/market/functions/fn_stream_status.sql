-- daybook mirror: function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer)

CREATE OR REPLACE FUNCTION market.fn_stream_status(p_now timestamp with time zone DEFAULT now(), p_stuck_rows integer DEFAULT 30)
 RETURNS TABLE(state text, source text, stream text, venue text, symbol text, kind text, instrument_id uuid, interval_s integer, newest_event timestamp with time zone, newest_ingest timestamp with time zone, cadence_s integer, due_at timestamp with time zone, late_s bigint, errors_in_row integer, last_error text, detail jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
begin
    return query
        with series as (
            select f.source, f.stream, f.instrument_id, f.interval_s, f.newest_event, f.newest_ingest, f.errors_in_row, f.last_error,
                   coalesce(f.cadence_s, market._learnt_cadence(f.source, f.stream, f.instrument_id, f.interval_s)) as cadence_s
              from ingest.source_freshness f
             where f.stream <> 'listings'
            union all
            -- What a bot waits for and nobody delivers.
            select null, w.stream, w.instrument_id, null, null, null, 0, null, null
              from market.v_wanted_streams w
             where not exists (
                 select from ingest.source_freshness f where f.stream = w.stream and f.instrument_id = w.instrument_id)
        ), timed as (
            select s.*, market._stopped(s.instrument_id, s.stream, s.source) @> p_now as ended,
                   -- A row has come in full at its end; the next one may take as long as rows are apart, and once more before it is late.
                   s.newest_event + make_interval(secs => coalesce(s.interval_s, 0) + s.cadence_s + greatest(s.cadence_s, 60)
                       + coalesce((select c.value::bigint from market._convention('publication_lag', s.instrument_id, s.stream, s.source, p_now) c), 0))
                   as due_at
              from series s
        ), judged as (
            select t.*,
                   case when t.ended then 'discontinued'
                        when t.newest_event is null then 'never'
                        when t.due_at < p_now then 'late'
                   end as state
              from timed t
        ), looked as (
            select j.*,
                   case when j.state is null then market._stuck_now(j.stream, j.instrument_id, coalesce(j.interval_s, j.cadence_s), j.newest_event, p_stuck_rows)
                        when j.state = 'discontinued' then
                            (select jsonb_build_object('since', c.since, 'reason', c.reason)
                               from market._convention('published', j.instrument_id, j.stream, j.source, p_now) c)
                   end as detail
              from judged j
        )
        select case when l.state is not null then l.state
                    when l.detail is not null then 'stuck'
                    when l.due_at is null then 'unknown'
                    else 'live' end,
               l.source, l.stream, i.venue, i.symbol, i.kind, l.instrument_id, l.interval_s, l.newest_event, l.newest_ingest, l.cadence_s,
               l.due_at, case when l.state = 'late' then extract(epoch from p_now - l.due_at)::bigint end, l.errors_in_row, l.last_error, l.detail
          from looked l
          left join ref.instruments i on i.instrument_id = l.instrument_id
         order by l.stream, i.venue, i.kind, i.symbol, l.interval_s, l.source;
end
$function$;

alter function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) owner to daybook_api;

comment on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) is 'The state of every series of every source at p_now. never: it is expected (a cadence was set, or a bot subscribed) and no row ever came. discontinued: known not to be published (ingest.conventions). late: nothing since due_at, which is the newest row, its length, the cadence that is set or learnt from deliveries, what the publication may take, and as long again as rows are apart, at least a minute. stuck: rows come and say nothing, the newest p_stuck_rows of them alike or all zero (detail; market.fn_stuck_runs). live, or unknown where no cadence is set or learnt.';

revoke execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) from public;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_console;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_data_writer;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_lab_reader;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_manager;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_owner;
grant execute on function market.fn_stream_status(p_now timestamp with time zone, p_stuck_rows integer) to daybook_risk;
