-- daybook mirror: function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_oldest constant timestamptz := '2009-01-01 00:00:00+00';
    v_target text;
    v_table  name;
begin
    if p_from is null or p_to is null or p_from > p_to then
        raise exception 'p_from .. p_to is not a range: % .. %',
                coalesce(p_from::text, 'null'), coalesce(p_to::text, 'null')
            using errcode = 'TB001', hint = 'Give the oldest and the newest time.';
    end if;
    select s.target into v_target from ingest.streams s where s.stream = p_stream;
    if not found then
        raise exception 'p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 200)), 'null')
            using errcode = 'TB002', hint = 'ingest.streams lists what can be loaded.';
    end if;
    select c.relname into v_table from pg_class c where c.oid = v_target::regclass and c.relkind = 'p';
    if not found then
        return 0;
    end if;
    if p_from < c_oldest or p_to > now() + interval '1 month' then
        raise exception 'p_from .. p_to is implausible: % .. %', p_from, p_to
            using errcode = 'TB001',
                  hint = 'Market data lies between 2009-01-01 and one month from now; check the unit of the times.';
    end if;

    return market._make_months(v_table, p_from, p_to);
end
$function$;

alter function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_owner;

comment on function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone) is 'Makes the monthly partitions that the table of a stream is missing from p_from to p_to and says how many it made: 0 for a table without partitions. Safe with several callers at once; a caller who needs the same new month waits until the first one commits, so a long loader calls it in a transaction of its own first. TB001 for a range outside 2009-01-01 .. one month from now, TB002 for an unknown stream.';

revoke execute on function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_api;
grant execute on function market.fn_ensure_partitions(p_stream text, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_data_writer;
