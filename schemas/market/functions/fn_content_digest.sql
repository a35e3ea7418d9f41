-- daybook mirror: function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_content_digest(p_stream text, p_instrument_id uuid DEFAULT NULL::uuid, p_interval_s integer DEFAULT NULL::integer, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(row_count bigint, digest text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET "DateStyle" TO 'ISO, YMD'
 SET extra_float_digits TO '1'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
    v_stream  record;
    v_columns text;
begin
    select * into v_stream from market._stream(p_stream);
    select string_agg(format('t.%I', a.attname), ', ' order by a.attname collate "C")
      into v_columns
      from pg_attribute a
     where a.attrelid = v_stream.target::regclass and a.attnum > 0 and not a.attisdropped
       and a.attname not in ('instrument_id', 'batch_id');

    return query execute format(
        $query$
        with lines as (
            select %1$s as instrument_id, floor(extract(epoch from t.%2$I) / 3600) as hour, row(%3$s)::text as line
              from %4$s t
             where %5$s
               and ($1::uuid is null or %1$s = $1)
               and ($2::integer is null or %6$s = $2)
               and ($3::timestamptz is null or t.%2$I >= $3)
               and ($4::timestamptz is null or t.%2$I < $4)
        ), hours as (
            select l.instrument_id, l.hour, count(*) as row_count,
                   sha256(convert_to(string_agg(l.line, E'\n' order by l.line collate "C"), 'UTF8')) as digest
              from lines l
             group by l.instrument_id, l.hour
        ), named as (
            select h.row_count, row(i.venue, i.kind, i.symbol, h.hour)::text as name, h.digest
              from hours h
              left join ref.instruments i on i.instrument_id = h.instrument_id
        )
        select coalesce(sum(n.row_count), 0)::bigint,
               encode(sha256(coalesce(string_agg(convert_to(n.name, 'UTF8') || n.digest, '' order by n.name collate "C"), '')),
                      'hex')
          from named n
        $query$,
        case when v_stream.has_instrument then 't.instrument_id' else 'null::uuid' end, v_stream.time_column, v_columns,
        v_stream.target, v_stream.restriction,
        coalesce('t.' || quote_ident(v_stream.interval_column), 'null::integer'))
      using p_instrument_id, p_interval_s, p_from, p_to;
end
$function$;

alter function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_api;

comment on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) is 'Number of rows and one SHA-256 over the content of a stream from p_from (included) to p_to (excluded): equal when the same rows with the same values stand there, however, in which order, in which batches and into which partitions they came. Instruments count by venue, kind and symbol, so that two databases can be compared. Null stands for all. TB001 for what is no stream.';

revoke execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_console;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_manager;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_owner;
grant execute on function market.fn_content_digest(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_risk;
