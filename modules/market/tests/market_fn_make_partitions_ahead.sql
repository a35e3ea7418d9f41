-- Months to come have their partitions before anybody needs them.
begin;
select plan(6);

create function pg_temp.lacking(p_months integer) returns text[] language sql as $$
    select array_agg(c.relname || ' ' || to_char(m, 'YYYYMM') order by c.relname, m)
      from pg_class as c
      join pg_partitioned_table as p on p.partrelid = c.oid
     cross join generate_series(date_trunc('month', now() at time zone 'UTC'), (now() + make_interval(months => p_months)) at time zone 'UTC', '1 month') as m
     where c.relnamespace = 'market'::regnamespace
       and to_regclass('market.' || c.relname || '_' || to_char(m, 'YYYYMM')) is null
$$;

select is(pg_temp.lacking(1), null, 'an installation has this month and the next');
select is(market.fn_make_partitions_ahead(1), 0, 'so that none is missing');
select is(market.fn_make_partitions_ahead(3), 2 * (select count(*)::integer from pg_partitioned_table as p join pg_class as c on c.oid = p.partrelid
                                                    where c.relnamespace = 'market'::regnamespace), 'two more months are two more partitions of each table');
select is(pg_temp.lacking(3), null, 'of all of them');
select throws_ok($$ select market.fn_make_partitions_ahead(0) $$, 'TB001', null, 'ahead is at least the next month');
select throws_ok($$ select market.fn_make_partitions_ahead(null) $$, 'TB001', null, 'and a number');

select * from finish();
rollback;
