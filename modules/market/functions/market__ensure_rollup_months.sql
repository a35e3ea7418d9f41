-- Partitions are made apart and attached, as market.fn_ensure_partitions does and for its reasons.
-- daybook-lint: allow state-change-without-event until 2028-06-30: partitions hold what happens; making them is not it
create or replace function market._ensure_rollup_months(p_from timestamptz, p_to timestamptz)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_start timestamp;
    v_name  name;
begin
    for v_start in
        select m.start
          from generate_series(date_trunc('month', p_from at time zone 'UTC'), p_to at time zone 'UTC', interval '1 month') as m(start)
         where not exists (
             select
               from pg_class c
              where c.relnamespace = 'market'::regnamespace
                and c.relname = 'klines_rollup_' || to_char(m.start, 'YYYYMM'))
    loop
        -- One maker at a time; whoever waited here looks again.
        perform pg_advisory_xact_lock(hashtextextended('market.klines_rollup months', 0));
        v_name := 'klines_rollup_' || to_char(v_start, 'YYYYMM');
        continue when exists (
            select from pg_class c where c.relnamespace = 'market'::regnamespace and c.relname = v_name);
        -- The newest buckets are written again with every minute, and late minutes change old ones: a little room in every
        -- page lets most of these updates stay in their page and leave the index alone.
        execute format('create table market.%I (like market.klines_rollup including all) with (fillfactor = 90)', v_name);
        execute format('alter table market.klines_rollup attach partition market.%I for values from (%L) to (%L)',
                       v_name, to_char(v_start, 'YYYY-MM-DD 00:00:00+00'),
                       to_char(v_start + interval '1 month', 'YYYY-MM-DD 00:00:00+00'));
        execute format('comment on table market.%I is %L',
                       v_name, 'Rolled up candles that opened in ' || to_char(v_start, 'YYYY-MM') || ' (UTC).');
    end loop;
end
$$;
comment on function market._ensure_rollup_months(timestamptz, timestamptz) is
    'Makes the monthly partitions of market.klines_rollup that are missing from p_from to p_to.';
