-- daybook mirror: function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer)

CREATE OR REPLACE FUNCTION market.fn_verify_blocks(p_stream text, p_instrument_id uuid DEFAULT NULL::uuid, p_interval_s integer DEFAULT NULL::integer)
 RETURNS TABLE(first_time timestamp with time zone, last_time timestamp with time zone, row_count bigint, verdict text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    v_is   record;
    v_line text;
begin
    perform market._series_rows(p_stream, p_instrument_id, p_interval_s);
    select c.* into strict v_is from ingest._stream_clauses(p_stream) c;
    select string_agg(format('case when t.%1$I is null then ''\xffffffff'' else int4send(octet_length(%2$s(t.%1$I))) || %2$s(t.%1$I) end',
                             a.attname, p.oid::regproc), ' || ' order by s.constants ? a.attname, a.attnum)
      into v_line
      from ingest.streams s
      join pg_attribute a on a.attrelid = s.target::regclass and a.attnum > 0 and not a.attisdropped
      join pg_type y on y.oid = a.atttypid
      join pg_proc p on p.oid = y.typsend
     where s.stream = p_stream and a.attname not in ('instrument_id', 'batch_id') and a.attname is distinct from s.interval_column;
    return query execute format(
        'select b.first_time, b.last_time, b.row_count,'
        '       case when not b.stands then ''stale'' when n.sha256 = b.sha256 then ''true'' else ''false'' end'
        '  from ingest._standing_blocks($1, $2, $3, ''-infinity'', ''infinity'', null) b'
        ' cross join lateral (select sha256(string_agg(%1$s, '''' order by t.%2$s, %3$s)) as sha256 from %4$s t'
        '                      where %5$s and t.%2$s between b.first_time and b.last_time) n'
        ' order by b.last_time',
        v_line, v_is.time_name, (select string_agg('t.' || k.name, ', ') from unnest(v_is.keys) as k(name)), v_is.target, v_is.series)
      using p_stream, p_instrument_id, p_interval_s, '-infinity'::timestamptz, 'infinity'::timestamptz;
end
$function$;

alter function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) owner to daybook_api;

comment on function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) is 'Makes the hashes of a series'' blocks (ingest.blocks) anew from its rows: true and false of those that a replay would believe, stale of those that it would not. A false one is a fault of this program or of the disk. TB001 for what is no stream, or a series that is not named in full.';

revoke execute on function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) from public;
grant execute on function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_console;
grant execute on function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_data_writer;
grant execute on function market.fn_verify_blocks(p_stream text, p_instrument_id uuid, p_interval_s integer) to daybook_owner;
