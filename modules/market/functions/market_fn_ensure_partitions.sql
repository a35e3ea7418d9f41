-- daybook-lint: allow state-change-without-event until 2028-06-30: partitions hold what happens; making them is not it
create or replace function market.fn_ensure_partitions(
    p_stream text,
    p_from   timestamptz,
    p_to     timestamptz)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_oldest  constant timestamptz := '2009-01-01 00:00:00+00';
    v_target  text;
    v_table   name;
    v_missing date[];
    v_start   date;
    v_name    name;
    v_created integer := 0;
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

    -- Looking locks nothing that anybody waits for, and almost always finds that nothing is missing.
    select array_agg(m.start::date order by m.start)
      into v_missing
      from generate_series(date_trunc('month', p_from at time zone 'UTC'),
                           p_to at time zone 'UTC', interval '1 month') as m(start)
     where not exists (
         select
           from pg_class c
          where c.relnamespace = 'market'::regnamespace
            and c.relname = v_table || '_' || to_char(m.start, 'YYYYMM'));
    if v_missing is null then
        return 0;
    end if;

    -- One maker at a time; whoever waited here looks again. Asking to_regclass would not
    -- do: it may answer from what this session knew before it waited.
    perform pg_advisory_xact_lock(hashtextextended(v_target || ' months', 0));
    foreach v_start in array v_missing loop
        v_name := v_table || '_' || to_char(v_start, 'YYYYMM');
        continue when exists (
            select from pg_class c where c.relnamespace = 'market'::regnamespace and c.relname = v_name);
        -- PARTITION OF would lock the parent against every reader and loader until
        -- the transaction ends. A table made apart and attached locks out only other
        -- changes of the partitioning.
        execute format('create table market.%I (like market.%I including all)', v_name, v_table);
        execute format('alter table market.%I attach partition market.%I for values from (%L) to (%L)', v_table, v_name,
                       to_char(v_start, 'YYYY-MM-DD 00:00:00+00'),
                       to_char(v_start + interval '1 month', 'YYYY-MM-DD 00:00:00+00'));
        execute format('comment on table market.%I is %L',
                       v_name, 'Rows of market.' || v_table || ' of ' || to_char(v_start, 'YYYY-MM') || ' (UTC).');
        v_created := v_created + 1;
    end loop;
    return v_created;
end
$$;
comment on function market.fn_ensure_partitions(text, timestamptz, timestamptz) is
    'Makes the monthly partitions that the table of a stream is missing from p_from to p_to and says how many it made: 0 for a table '
    'without partitions. Safe with several callers at once; a caller who needs the same new month waits until the first one '
    'commits, so a long loader calls it in a transaction of its own first. TB001 for a range outside 2009-01-01 .. one month '
    'from now, TB002 for an unknown stream.';
