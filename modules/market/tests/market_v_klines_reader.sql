-- The reader views show the series with the names of their instrument.
begin;
select plan(3);

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

select is(pg_temp.load('00000000-0000-7000-8000-000000000001', 'a', '{0,1}', '{1,2}'),
          'created market.klines in=2 ins=2 dup=0 sup=0 rej=0', 'a series stands');
select results_eq(
    $$select venue, symbol, kind, interval_s, open_time, close, batch_id from market.v_klines_reader
       where venue = 'tap_venue' and symbol = 'TBASETQUOTE' order by open_time$$,
    $$values ('tap_venue'::text, 'TBASETQUOTE'::text, 'spot'::text, 60, '2020-01-01 00:00:00+00'::timestamptz, 1::float8,
              '00000000-0000-7000-8000-000000000001'::uuid),
             ('tap_venue', 'TBASETQUOTE', 'spot', 60, '2020-01-01 00:01:00+00', 2, '00000000-0000-7000-8000-000000000001')$$,
    'candles have names');
select results_eq(
    $$select venue, symbol, kind, base, quote from market.symbols where venue = 'tap_venue'$$,
    $$values ('tap_venue'::text, 'TBASETQUOTE'::text, 'spot'::text, 'TBASE'::text, 'TQUOTE'::text)$$, 'symbols have their assets');

select * from finish();
rollback;
