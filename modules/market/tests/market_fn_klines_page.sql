-- Pages go through a series in order, across months, without a gap or a repetition.
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

-- Candles of 25 days, one an hour, from January into February, and one a year later.
select is(pg_temp.load('00000000-0000-7000-8000-000000000001', 'a',
                       array(select g * 60 from generate_series(400, 999) g) || 525600,
                       array(select g::float8 from generate_series(400, 999) g) || 1e6::float8),
          'created market.klines in=601 ins=601 dup=0 sup=0 rej=0', 'a series stands');
select is((select array_agg(p.close) from series, market.fn_klines_page(instrument_id, 60, null, 3) p), '{400,401,402}'::float8[],
          'the first page begins at the beginning');
select is((select array_agg(p.close) from series, market.fn_klines_page(instrument_id, 60, '2020-01-17 18:00:00+00', 2) p),
          '{403,404}'::float8[], 'the next one after the last candle seen');
select is((select array_agg(p.close) from series, market.fn_klines_page(instrument_id, 60, '2020-02-11 14:00:00+00', 3) p),
          '{999,1000000}'::float8[], 'the last one ends with the series');
select is((select count(*) from series, market.fn_klines_page(instrument_id, 60, '2020-12-31 00:00:00+00', 10)), 0::bigint,
          'and nothing follows');
create function pg_temp.walk(p_limit integer) returns float8[] language plpgsql as $$
declare
    v_after timestamptz;
    v_page  float8[];
    v_all   float8[] := '{}';
begin
    loop
        select array_agg(p.close), max(p.open_time) into v_page, v_after
          from series, market.fn_klines_page(instrument_id, 60, v_after, p_limit) p;
        exit when v_page is null;
        v_all := v_all || v_page;
    end loop;
    return v_all;
end
$$;
select is(pg_temp.walk(7), array(select g::float8 from generate_series(400, 999) g) || 1e6::float8,
          'pages put together are the series');
select is((select count(*) from series, market.fn_klines_page(instrument_id, 300, null, 10)), 0::bigint,
          'another interval is another series');
select throws_ok($$select market.fn_klines_page(instrument_id, 60, null, 0) from series$$, 'TB001', null, 'an empty page');
select throws_ok($$select market.fn_klines_page(null, 60, null, 1)$$, 'TB001', null, 'no series');

select * from finish();
rollback;
