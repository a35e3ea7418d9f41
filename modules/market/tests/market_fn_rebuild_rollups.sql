-- All buckets again: asked for, done by the next roll-up, written where something differs.
begin;
select plan(12);

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

select results_eq($$select outcome, from_time, to_time, deleted from series, market.fn_rebuild_rollups(instrument_id)$$,
                  $$values ('replayed'::text, null::timestamptz, null::timestamptz, 0::bigint)$$, 'no minutes, nothing to do');

-- Minutes that came by no batch, hence without a mark.
insert into market.klines
    select instrument_id, 60, '2020-01-02 00:00:00+00'::timestamptz + make_interval(mins => m), m, m, m, m, m, null, null, null, null, util.uuid_v7()
      from series cross join generate_series(1, 2000) m;
select results_eq($$select outcome, from_time, to_time, deleted from series, market.fn_rebuild_rollups(instrument_id)$$,
                  $$values ('created'::text, '2020-01-02 00:00:00+00'::timestamptz, '2020-01-04 00:00:00+00'::timestamptz, 0::bigint)$$,
                  'the days from the first minute to the last');
select is((select count(*) from bus.domain_events where event_type = 'market.rollup_rebuild_asked'), 1::bigint, 'one event says so');
select results_eq($$select outcome from series, market.fn_rebuild_rollups(instrument_id, '2020-01-03 12:00:00+00', null)$$,
                  $$values ('replayed'::text)$$, 'what is marked is not marked again');
select is((select written from market.fn_roll_up()), (401 + 134 + 34 + 9 + 2)::bigint, 'rolling up makes them');
select is((select outcome from series, market.fn_rebuild_rollups(instrument_id)), 'created', 'and again');
select is((select written from market.fn_roll_up()), 0::bigint, 'writes nothing that is there');

-- A bucket is spoilt and another invented.
update market.klines_rollup set volume = volume + 1 where interval_s = 900 and open_time = '2020-01-02 01:00:00+00';
insert into market.klines_rollup (instrument_id, interval_s, open_time, open, high, low, close, volume, n_present, final)
    select instrument_id, 300, '2020-01-02 12:00:00+00'::timestamptz - interval '24 hours', 1, 1, 1, 1, 1, 1, true from series;
insert into market.klines_rollup (instrument_id, interval_s, open_time, open, high, low, close, volume, n_present, final)
    select instrument_id, 86400, '2020-01-01 00:00:00+00'::timestamptz, 1, 1, 1, 1, 1, 1, true from series;
select results_eq($$select outcome, from_time, deleted from series, market.fn_rebuild_rollups(instrument_id)$$,
                  $$values ('created'::text, '2020-01-01 00:00:00+00'::timestamptz, 2::bigint)$$, 'a bucket without a minute goes');
select is((select written from market.fn_roll_up()), 1::bigint, 'and a wrong one is mended; the levels above were right');
select is((select sum(v.missing + v.extra + v.different + v.pending)
             from series s cross join market.fn_verify_rollups(s.instrument_id, '2020-01-01 00:00:00+00', '2020-01-31 00:00:00+00') v),
          0::numeric, 'all of it is what the minutes say');

select throws_ok($$select market.fn_rebuild_rollups(instrument_id, '2020-01-02 00:00:00+00', '2020-01-01 00:00:00+00') from series$$,
                 'TB001', null, 'no range');
select throws_ok($$select market.fn_rebuild_rollups('00000000-0000-7000-8000-0000000000ff')$$, 'TB002', null, 'no instrument');

select * from finish();
rollback;
