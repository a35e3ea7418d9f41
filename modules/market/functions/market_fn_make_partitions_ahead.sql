create or replace function market.fn_make_partitions_ahead(p_months integer default 1)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_now constant timestamptz := clock_timestamp();
    v_table name;
    v_made integer := 0;
begin
    if p_months is null or p_months not between 1 and 120 then
        raise exception 'argument p_months is %', coalesce(p_months::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 120 months beyond the current one.';
    end if;

    -- In one order, so that two callers meet at the same table and never cross.
    for v_table in
        select c.relname
          from pg_class as c
          join pg_partitioned_table as p on p.partrelid = c.oid
         where c.relnamespace = 'market'::regnamespace
         order by c.relname collate "C"
    loop
        v_made := v_made + market._make_months(v_table, c_now, c_now + make_interval(months => p_months));
    end loop;
    return v_made;
end
$$;
comment on function market.fn_make_partitions_ahead(integer) is
    'Makes the partitions of all tables of market that are missing from the current month (UTC) to so many ahead; returns how many it made. Every installation '
    'calls it, and a program that polls calls it daily; loading makes what it needs besides. Safe to repeat and to run at once. TB001 for a number outside 1 to 120.';
