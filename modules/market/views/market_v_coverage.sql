-- Reading one series at a time lets every partition be walked by its index in
-- the order of time; nothing is sorted but the gaps. The arithmetic stands beside
-- lag() so that it is done once per candle, not once per aggregate.
create or replace view market.v_coverage as
    select s.instrument_id, i.venue, i.symbol, i.kind, s.interval_s,
           g.first_time, g.last_time, g.present,
           floor(extract(epoch from g.last_time - g.first_time) / s.interval_s)::bigint + 1 as expected,
           g.missing, g.gap_runs, g.longest_gap,
           g.longest_gap_after + s.step as longest_gap_from
      from (select distinct c.instrument_id, c.interval_s, make_interval(secs => c.interval_s) as step
              from ingest.klines_cursor c) s
      join ref.instruments i on i.instrument_id = s.instrument_id
      cross join lateral (
          select min(k.open_time) as first_time,
                 max(k.open_time) as last_time,
                 count(*) as present,
                 coalesce(sum(k.missing), 0)::bigint as missing,
                 count(k.missing) as gap_runs,
                 coalesce(max(k.missing), 0) as longest_gap,
                 (array_agg(k.previous order by k.missing desc, k.previous) filter (where k.missing is not null))[1]
                   as longest_gap_after
            from (
                select c.open_time,
                       lag(c.open_time) over series as previous,
                       case when c.open_time - lag(c.open_time) over series >= s.step + s.step
                            then floor(extract(epoch from c.open_time - lag(c.open_time) over series) / s.interval_s)::bigint - 1
                       end as missing
                  from market.klines c
                 where c.instrument_id = s.instrument_id
                   and c.interval_s = s.interval_s
                window series as (order by c.open_time)) k) g
     where g.present > 0;
comment on view market.v_coverage is
    'For each series what is present and what is missing between its first and its last candle. Missing says nothing '
    'about the cause: many venues send no candle for a minute without trade.';
comment on column market.v_coverage.expected is 'Candles from first_time to last_time, both included, at this interval.';
comment on column market.v_coverage.missing is
    'Candles that are not there; present + missing = expected as long as all lie on one grid.';
comment on column market.v_coverage.gap_runs is 'Number of uninterrupted runs of missing candles.';
comment on column market.v_coverage.longest_gap is 'Missing candles in the longest run.';
comment on column market.v_coverage.longest_gap_from is
    'First missing open time of the longest run, the earliest one if several are as long.';
