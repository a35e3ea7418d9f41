-- Coverage says exactly what is missing between the first and the last candle.
begin;
select plan(6);

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
end
$$;

-- Loads candles that open p_minutes after 2020-01-01 at the given closes, as a sender would: open, send, close.
create function pg_temp.load(
    p_batch_id uuid, p_sha text, p_minutes integer[], p_closes double precision[], p_ordered boolean default true,
    p_reject_lines bigint[] default null)
returns text language plpgsql as $$
declare
    v_series uuid := (select instrument_id from series);
    v_start  timestamptz := '2020-01-01 00:00:00+00';
    v_open   record;
    v_close  record;
begin
    select * into v_open
      from market.fn_open_batch(
          p_batch_id, 'tap', 'klines', v_series, 60, 'tap.csv', sha256(p_sha::bytea), 1,
          v_start + make_interval(mins => (select min(m) from unnest(p_minutes) m)),
          v_start + make_interval(mins => (select max(m) from unnest(p_minutes) m)), p_ordered);
    if v_open.outcome <> 'created' then
        return v_open.outcome;
    end if;
    execute format(
        'insert into %s (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id %s)
           select $1, 60, $2 + make_interval(mins => r.minute), r.close, r.close, r.close, r.close, 1, $3 %s
             from unnest($4, $5) with ordinality as r(minute, close, line)',
        v_open.target, case when v_open.target = 'market.klines' then '' else ', line' end,
        case when v_open.target = 'market.klines' then '' else ', r.line' end)
      using v_series, v_start, p_batch_id, p_minutes, p_closes;
    select * into v_close
      from market.fn_close_batch(
          p_batch_id, coalesce(cardinality(p_minutes), 0) + coalesce(cardinality(p_reject_lines), 0), p_reject_lines,
          p_reject_lines, array(select 'bad' from unnest(p_reject_lines)), array(select 'raw' from unnest(p_reject_lines)));
    return format('%s %s in=%s ins=%s dup=%s sup=%s rej=%s', v_close.outcome, v_open.target, v_close.rows_in, v_close.inserted,
                  v_close.duplicate, v_close.superseded, v_close.rejected);
end
$$;

create function pg_temp.coverage() returns text language sql as $$
    select format('%s..%s present=%s expected=%s missing=%s runs=%s longest=%s from %s',
                  to_char(first_time at time zone 'UTC', 'MM-DD HH24:MI'), to_char(last_time at time zone 'UTC', 'MM-DD HH24:MI'),
                  present, expected, missing, gap_runs, longest_gap,
                  coalesce(to_char(longest_gap_from at time zone 'UTC', 'MM-DD HH24:MI'), 'nowhere'))
      from market.v_coverage c, series s
     where c.instrument_id = s.instrument_id and c.interval_s = 60 and c.venue = 'tap_venue' and c.symbol = 'TBASETQUOTE'
       and c.kind = 'spot'
$$;

select is(pg_temp.coverage(), null, 'a series without candles is not covered');
select is(pg_temp.load('00000000-0000-7000-8000-000000000001', 'a', '{7}', '{1}'),
          'created market.klines in=1 ins=1 dup=0 sup=0 rej=0', 'one candle');
select is(pg_temp.coverage(), '01-01 00:07..01-01 00:07 present=1 expected=1 missing=0 runs=0 longest=0 from nowhere',
          'is a complete series');
-- 0, 1, 4, 7, 8, 11 and the first minute of February: gaps of 2, 2, 2 and 44628 minutes.
select is(pg_temp.load('00000000-0000-7000-8000-000000000002', 'b', '{0,1,4,7,8,11,44640}', '{1,1,1,1,1,1,1}'),
          'created pg_temp.market_stage in=7 ins=6 dup=1 sup=0 rej=0', 'more candles');
select is(pg_temp.coverage(), '01-01 00:00..02-01 00:00 present=7 expected=44641 missing=44634 runs=4 longest=44628 from 01-01 00:12',
          'gaps are counted and the longest one is named, across months');
select is(pg_temp.load('00000000-0000-7000-8000-000000000003', 'c', array(select generate_series(12, 44639)),
                       array(select 1::float8 from generate_series(12, 44639)))
              || ' ' || pg_temp.coverage(),
          'created market.klines in=44628 ins=44628 dup=0 sup=0 rej=0 '
              || '01-01 00:00..02-01 00:00 present=44635 expected=44641 missing=6 runs=3 longest=2 from 01-01 00:02',
          'of equally long gaps the earliest one is named');

select * from finish();
rollback;
