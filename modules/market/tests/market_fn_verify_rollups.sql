-- Comparing what stands with the minutes, to the last bit.
begin;
select plan(8);

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
insert into market.klines
    select instrument_id, 60, '2020-01-02 00:00:00+00'::timestamptz + make_interval(mins => m), m, m + 1, m - 1, m, m / 10.0, m / 7.0, m, null, m / 3.0,
           util.uuid_v7()
      from series cross join generate_series(0, 2000) m;

create function pg_temp.verified() returns setof text language sql as $$
    select format('%s: %s, %s missing, %s extra, %s different, %s pending, from %s', v.interval_s, v.buckets, v.missing, v.extra, v.different,
                  v.pending, coalesce(to_char(v.first_wrong at time zone 'UTC', 'DD HH24:MI'), 'none'))
      from series s cross join market.fn_verify_rollups(s.instrument_id, '2020-01-01 00:00:00+00', '2020-01-31 00:00:00+00') v
     order by v.interval_s
$$;

select results_eq('select pg_temp.verified()',
    $$values ('300: 401, 401 missing, 0 extra, 0 different, 0 pending, from 02 00:00'), ('900: 134, 134 missing, 0 extra, 0 different, 0 pending, from 02 00:00'),
             ('3600: 34, 34 missing, 0 extra, 0 different, 0 pending, from 02 00:00'), ('14400: 9, 9 missing, 0 extra, 0 different, 0 pending, from 02 00:00'),
             ('86400: 2, 2 missing, 0 extra, 0 different, 0 pending, from 02 00:00')$$, 'minutes that nobody rolled up');
select is((select outcome from series, market.fn_rebuild_rollups(instrument_id)), 'created', 'they are marked');
select results_eq('select pg_temp.verified()',
    $$values ('300: 401, 0 missing, 0 extra, 0 different, 401 pending, from none'), ('900: 134, 0 missing, 0 extra, 0 different, 134 pending, from none'),
             ('3600: 34, 0 missing, 0 extra, 0 different, 34 pending, from none'), ('14400: 9, 0 missing, 0 extra, 0 different, 9 pending, from none'),
             ('86400: 2, 0 missing, 0 extra, 0 different, 2 pending, from none')$$, 'what is marked waits and is not wrong');
select is((select outcome from market.fn_roll_up()), 'created', 'and rolled up');
select results_eq('select pg_temp.verified()',
    $$values ('300: 401, 0 missing, 0 extra, 0 different, 0 pending, from none'), ('900: 134, 0 missing, 0 extra, 0 different, 0 pending, from none'),
             ('3600: 34, 0 missing, 0 extra, 0 different, 0 pending, from none'), ('14400: 9, 0 missing, 0 extra, 0 different, 0 pending, from none'),
             ('86400: 2, 0 missing, 0 extra, 0 different, 0 pending, from none')$$, 'every bucket is right');

-- The least that can be wrong, in each way: one bit of a sum, a sign of zero, a flag, a row.
update market.klines_rollup set quote_volume = quote_volume + quote_volume * 2.3e-16 where interval_s = 300 and open_time = '2020-01-02 12:00:00+00';
update market.klines_rollup set low = '-0' where interval_s = 900 and open_time = '2020-01-02 00:00:00+00';
update market.klines_rollup set low = '-1' where interval_s = 900 and open_time = '2020-01-02 00:00:00+00' and float8send(low) = float8send(0);
update market.klines_rollup set final = not final where interval_s = 3600 and open_time = '2020-01-02 05:00:00+00';
delete from market.klines_rollup where interval_s = 14400 and open_time = '2020-01-02 04:00:00+00';
insert into market.klines_rollup (instrument_id, interval_s, open_time, open, high, low, close, volume, n_present, final)
    select instrument_id, 86400, '2020-01-05 00:00:00+00'::timestamptz, 1, 1, 1, 1, 1, 1, true from series;
select results_eq('select pg_temp.verified()',
    $$values ('300: 401, 0 missing, 0 extra, 1 different, 0 pending, from 02 12:00'), ('900: 134, 0 missing, 0 extra, 1 different, 0 pending, from 02 00:00'),
             ('3600: 34, 0 missing, 0 extra, 1 different, 0 pending, from 02 05:00'), ('14400: 9, 1 missing, 0 extra, 0 different, 0 pending, from 02 04:00'),
             ('86400: 3, 0 missing, 1 extra, 0 different, 0 pending, from 05 00:00')$$, 'each is found');

select throws_ok($$select market.fn_verify_rollups(instrument_id, '2020-01-02 00:00:00+00', '2020-01-01 00:00:00+00') from series$$,
                 'TB001', null, 'no range');
select throws_ok('select market.fn_verify_rollups(null)', 'TB002', null, 'of nothing');

select * from finish();
rollback;
