-- daybook mirror: function market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_missing date[];
    v_start   date;
    v_name    name;
    v_created integer := 0;
begin
    -- Looking locks nothing that anybody waits for, and almost always finds that nothing is missing.
    select array_agg(m.start::date order by m.start)
      into v_missing
      from generate_series(date_trunc('month', p_from at time zone 'UTC'), p_to at time zone 'UTC', interval '1 month') as m(start)
     where to_regclass(format('market.%I', p_table || '_' || to_char(m.start, 'YYYYMM'))) is null;
    if v_missing is null then
        return 0;
    end if;

    -- One maker at a time; whoever waited here looks again. Asking to_regclass would not
    -- do: it may answer from what this session knew before it waited.
    perform pg_advisory_xact_lock(hashtextextended('market.' || p_table || ' months', 0));
    foreach v_start in array v_missing loop
        v_name := p_table || '_' || to_char(v_start, 'YYYYMM');
        continue when exists (select from pg_class c where c.relnamespace = 'market'::regnamespace and c.relname = v_name);
        -- PARTITION OF would lock the parent against every reader and loader until
        -- the transaction ends. A table made apart and attached locks out only other
        -- changes of the partitioning.
        -- Rolled up candles are written again with every minute, and late minutes change old ones: a little room in
        -- every page lets most of these updates stay in their page and leave the index alone.
        execute format('create table market.%I (like market.%I including all)%s', v_name, p_table,
                       case p_table when 'klines_rollup' then ' with (fillfactor = 90)' end);
        execute format('alter table market.%I attach partition market.%I for values from (%L) to (%L)', p_table, v_name,
                       to_char(v_start, 'YYYY-MM-DD 00:00:00+00'),
                       to_char(v_start + interval '1 month', 'YYYY-MM-DD 00:00:00+00'));
        execute format('comment on table market.%I is %L',
                       v_name, 'Rows of market.' || p_table || ' of ' || to_char(v_start, 'YYYY-MM') || ' (UTC).');
        v_created := v_created + 1;
    end loop;
    return v_created;
end
$function$;

alter function market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_owner;

comment on function market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone) is 'Makes the monthly partitions that a table of market is missing from p_from to p_to and says how many it made.';

revoke execute on function market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market._make_months(p_table name, p_from timestamp with time zone, p_to timestamp with time zone) to daybook_api;
