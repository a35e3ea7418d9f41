-- Candles that were made of minutes, beside those that the venue delivered: each once.
begin;
select plan(7);

create temporary table series (instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE') r;
    perform market.fn_ensure_partitions('klines', '2020-01-01 00:00:00+00', '2020-01-31 00:00:00+00');
end
$$;
-- Seven minutes, and a candle of 5 minutes as the venue delivered it, with a value of its own.
insert into market.klines
    select instrument_id, 60, '2020-01-02 00:00:00+00'::timestamptz + make_interval(mins => m), m, m, m, m, 1, null, null, null, null, util.uuid_v7()
      from series cross join generate_series(0, 6) m;
insert into market.klines
    select instrument_id, 300, '2020-01-02 00:00:00+00'::timestamptz, 0, 4, 0, 4, 5.5, null, null, null, null, '00000000-0000-7000-8000-0000000000b1' from series;
select is((select outcome from series, market.fn_rebuild_rollups(instrument_id)), 'created', 'all is marked');
select results_eq($$select venue, symbol, kind, marks, from_time, to_time from market.v_rollups_due$$,
    $$values ('tap_venue'::text, 'TBASETQUOTE'::text, 'spot'::text, 1::bigint, '2020-01-02 00:00:00+00'::timestamptz, '2020-01-03 00:00:00+00'::timestamptz)$$,
    'what waits is told');
select is((select outcome from market.fn_roll_up()), 'created', 'it is rolled up');

select results_eq(
    $$select interval_s, open_time, volume, n_present, n_expected, final from market.v_klines_computed_reader where symbol = 'TBASETQUOTE' and interval_s <= 900
       order by 1, 2$$,
    $$values (300, '2020-01-02 00:00:00+00'::timestamptz, 5::float8, 5, 5, true), (300, '2020-01-02 00:05:00+00', 2, 2, 5, false),
             (900, '2020-01-02 00:00:00+00', 7, 7, 15, false)$$, 'made of minutes, whatever was delivered');
select results_eq(
    $$select interval_s, open_time, volume, batch_id, n_present, final from market.v_klines_reader where symbol = 'TBASETQUOTE' and interval_s between 300 and 900
       order by 1, 2$$,
    $$values (300, '2020-01-02 00:00:00+00'::timestamptz, 5.5::float8, '00000000-0000-7000-8000-0000000000b1'::uuid, null::integer, true),
             (300, '2020-01-02 00:05:00+00', 2, null, 2, false), (900, '2020-01-02 00:00:00+00', 7, null, 7, false)$$,
    'what was delivered goes first, and no candle is there twice');
select is((select count(*) from market.v_klines_reader where symbol = 'TBASETQUOTE' and interval_s = 60), 7::bigint, 'minutes as they are');

insert into market.rollup_dirty (instrument_id, spans)
    select instrument_id, '{["2020-01-02 00:00:00+00","2020-01-02 00:05:00+00")}' from series;
select is((select count(*) from market.v_klines_computed_reader where symbol = 'TBASETQUOTE' and final), 0::bigint,
          'what is marked is not final for readers');

select * from finish();
rollback;
