-- daybook mirror: function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone)

CREATE OR REPLACE FUNCTION market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) owner to daybook_owner;

comment on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) is 'Makes the monthly partitions of market.klines_rollup that are missing from p_from to p_to.';

revoke execute on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) from public;
grant execute on function market._ensure_rollup_months(p_from timestamp with time zone, p_to timestamp with time zone) to daybook_api;
