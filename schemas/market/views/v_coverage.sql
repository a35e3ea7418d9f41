-- daybook mirror: view market.v_coverage
-- needs: ingest/views/klines_cursor.sql
-- needs: market/tables/klines.sql
-- needs: ref/tables/instruments.sql

create view market.v_coverage as
 SELECT s.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    s.interval_s,
    g.first_time,
    g.last_time,
    g.present,
    ((floor((EXTRACT(epoch FROM (g.last_time - g.first_time)) / (s.interval_s)::numeric)))::bigint + 1) AS expected,
    g.missing,
    g.gap_runs,
    g.longest_gap,
    (g.longest_gap_after + s.step) AS longest_gap_from
   FROM ((( SELECT DISTINCT c.instrument_id,
            c.interval_s,
            make_interval(secs => (c.interval_s)::double precision) AS step
           FROM ingest.klines_cursor c) s
     JOIN ref.instruments i ON ((i.instrument_id = s.instrument_id)))
     CROSS JOIN LATERAL ( SELECT min(k.open_time) AS first_time,
            max(k.open_time) AS last_time,
            count(*) AS present,
            (COALESCE(sum(k.missing), (0)::numeric))::bigint AS missing,
            count(k.missing) AS gap_runs,
            COALESCE(max(k.missing), (0)::bigint) AS longest_gap,
            (array_agg(k.previous ORDER BY k.missing DESC, k.previous) FILTER (WHERE (k.missing IS NOT NULL)))[1] AS longest_gap_after
           FROM ( SELECT c.open_time,
                    lag(c.open_time) OVER series AS previous,
                        CASE
                            WHEN ((c.open_time - lag(c.open_time) OVER series) >= (s.step + s.step)) THEN ((floor((EXTRACT(epoch FROM (c.open_time - lag(c.open_time) OVER series)) / (s.interval_s)::numeric)))::bigint - 1)
                            ELSE NULL::bigint
                        END AS missing
                   FROM market.klines c
                  WHERE ((c.instrument_id = s.instrument_id) AND (c.interval_s = s.interval_s))
                  WINDOW series AS (ORDER BY c.open_time)) k) g)
  WHERE (g.present > 0);

alter view market.v_coverage owner to daybook_api;

comment on view market.v_coverage is 'For each series what is present and what is missing between its first and its last candle. Missing says nothing about the cause: many venues send no candle for a minute without trade.';
comment on column market.v_coverage.expected is 'Candles from first_time to last_time, both included, at this interval.';
comment on column market.v_coverage.missing is 'Candles that are not there; present + missing = expected as long as all lie on one grid.';
comment on column market.v_coverage.gap_runs is 'Number of uninterrupted runs of missing candles.';
comment on column market.v_coverage.longest_gap is 'Missing candles in the longest run.';
comment on column market.v_coverage.longest_gap_from is 'First missing open time of the longest run, the earliest one if several are as long.';

grant select on market.v_coverage to daybook_console;
grant select on market.v_coverage to daybook_data_writer;
grant select on market.v_coverage to daybook_lab_reader;
grant select on market.v_coverage to daybook_manager;
grant select on market.v_coverage to daybook_monitor;
grant select on market.v_coverage to daybook_risk;
