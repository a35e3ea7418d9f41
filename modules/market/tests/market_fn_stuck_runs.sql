-- Values that stand still while rows keep coming.
begin;
select plan(9);

create temporary table series (instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot',
                                          'TBASE', 'TQUOTE') r;
    perform market.fn_ensure_partitions('klines', '2020-01-01', '2020-01-31');
end
$$;
create function pg_temp.at(p_no double precision, p_step_s integer default 30) returns timestamptz language sql as $$
    select '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => p_no * p_step_s)
$$;
create function pg_temp.stuck(p_stream text, p_min_rows integer default 30, p_interval_s integer default null) returns setof text language sql as $$
    select format('%s %s-%s x%s %s', r.part, extract(epoch from r.stuck_from - pg_temp.at(0))::integer, extract(epoch from r.stuck_to - pg_temp.at(0))::integer,
                  r.row_count, r.pattern)
      from series s, market.fn_stuck_runs(p_stream, s.instrument_id, p_interval_s, null, null, p_min_rows) r
$$;

-- A day of a book in four bands: from snapshot 1000 to 1499 one of them stands still.
create table market.book_depth_tap partition of market.book_depth for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
insert into market.book_depth (instrument_id, snapshot_time, percentage, depth, notional, batch_id)
    select s.instrument_id, pg_temp.at(n), p, 1000 + p + case when p = -1 and n between 1000 and 1499 then 0 else n % 7 + 1 end, 5, s.instrument_id
      from series s, generate_series(0, 2879) n, unnest(array[-2, -1, 1, 2]::float8[]) p;
select results_eq($$select pg_temp.stuck('book_depth')$$, array['{"percentage": -1} 30000-44970 x500 constant'], 'a band that is frozen, from where to where');
select is_empty($$select pg_temp.stuck('book_depth', 501)$$, 'not longer than it is');
update market.book_depth set depth = 0, notional = 0 where percentage = 2 and snapshot_time = pg_temp.at(7);
select results_eq($$select pg_temp.stuck('book_depth', 501)$$, array['{"percentage": 2} 210-210 x1 zero'], 'one row of zeros is enough');

insert into market.metrics (instrument_id, metric_time, label, sum_open_interest, sum_open_interest_value, count_toptrader_long_short_ratio, batch_id)
    select s.instrument_id, pg_temp.at(n, 300), 'end', case when n = 5 then 0 else 100 end, case when n = 5 then 0 else n end,
           case when n = 5 then null else 1.5 end, s.instrument_id
      from series s, generate_series(0, 99) n;
select results_eq($$select pg_temp.stuck('metrics')$$, array['{"label": "end"} 1500-1500 x1 zero'], 'all zero, as far as there are values; one value alone may stand still');

-- no event for market.klines: written directly
create function pg_temp.candles(p_from integer, p_to integer, p_volume double precision) returns void language sql as $$
    insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
        select s.instrument_id, 60, pg_temp.at(n, 60), 2, 2, 2, 2, p_volume, s.instrument_id from series s, generate_series(p_from, p_to) n;
$$;
select pg_temp.candles(0, 99, 0);
select is_empty($$select pg_temp.stuck('klines', 30, 60)$$, 'candles of a quiet market repeat the last price');
select pg_temp.candles(100, 149, 3);
select results_eq($$select pg_temp.stuck('klines', 30, 60)$$, array['{} 6000-8940 x50 constant'], 'with the same volume again and again they do not come from a market');
select is_empty($$select r.* from series s, market.fn_stuck_runs('klines', s.instrument_id, 60, pg_temp.at(130, 60), pg_temp.at(159, 60)) r$$, 'a range counts for itself');
select throws_ok($$select pg_temp.stuck('klines', 1, 60)$$, 'TB001', null, 'one row is always like itself');
select throws_ok($$select pg_temp.stuck('klines')$$, 'TB001', null, 'candles have an interval');

select * from finish();
rollback;
