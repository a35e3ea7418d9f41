-- daybook mirror: function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone)
 RETURNS TABLE(row_time timestamp with time zone, content jsonb, batch_id uuid, known_since timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET extra_float_digits TO '1'
 SET jit TO 'off'
AS $function$
declare
    v_rows   constant text := market._series_rows(p_stream, p_instrument_id, p_interval_s);
    v_is     record;
    v_stream ingest.streams;
begin
    if p_known_at is null then
        raise exception 'p_known_at is null'
            using errcode = 'TB001', hint = 'Name the moment whose knowledge is asked for.';
    end if;
    select s.* into strict v_stream from ingest.streams s where s.stream = p_stream;
    select c.* into strict v_is from ingest._stream_clauses(p_stream) c;
    return query execute format(
        $query$
        with former as materialized (
            select distinct on (s.key) s.row_time, s.key, s.row, s.batch_id, b.closed_at
              from market.superseded s
              join ingest.batches b on b.batch_id = s.batch_id
              join ingest.batches w on w.batch_id = s.superseded_by
             where s.stream = $1 and s.instrument_id %1$s $2 and s.interval_s %2$s $3 and s.line = 0
               and s.row_time >= $4 - $7 and s.row_time < $5 + $7
               and b.closed_at <= $6 and greatest(s.superseded_at, w.closed_at) > $6
             order by s.key, b.closed_at desc, s.batch_id desc
        ), standing as materialized (
            select t.%3$s as row_time, %4$s as key, %5$s as row, t.batch_id, b.closed_at
              from (select t.* %6$s and t.%3$s >= $4 - $7 and t.%3$s < $5 + $7) t
              join ingest.batches b on b.batch_id = t.batch_id
             where b.closed_at <= $6
        ), known as (
            select s.* from standing s where not exists (select from former f where f.key = s.key and f.closed_at > s.closed_at)
            union all
            select f.* from former f where not exists (select from standing s where s.key = f.key and s.closed_at >= f.closed_at)
        )
        select k.row_time, k.key - 'instrument_id' - $8 || k.row, k.batch_id, k.closed_at
          from known k
         where k.row_time >= $4 and k.row_time < $5
         order by k.row_time, k.key
        $query$,
        case when p_instrument_id is null then 'is not distinct from' else '=' end,
        case when v_stream.interval_column is null then 'is not distinct from' else '=' end,
        v_is.time_name, format(v_is.key_json, 't'), format(v_is.row_json, 't'), v_rows)
      using p_stream, p_instrument_id, case when v_stream.interval_column is not null then p_interval_s end,
            coalesce(p_from, '-infinity'), coalesce(p_to, 'infinity'), p_known_at, v_stream.time_slack,
            coalesce(v_stream.interval_column, '');
end
$function$;

alter function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) owner to daybook_api;

comment on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) is 'The rows of a series of any stream from p_from (included) to p_to (excluded) as they were known at p_known_at, by time: of each the columns by name that had been loaded by then, whatever replaced them since, with the batch that brought them and known_since, when that batch was closed. A null end is no limit. p_instrument_id and p_interval_s are null where the stream has none. TB001 for what is no series, and without p_known_at.';

revoke execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) from public;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_console;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_manager;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_owner;
grant execute on function market.fn_rows_as_of(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_known_at timestamp with time zone) to daybook_risk;
