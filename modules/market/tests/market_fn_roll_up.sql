-- Higher timeframes: exactly the buckets of minutes that changed, each level of the one below.
begin;
select plan(39);

create temporary table series (name text, instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select 'one', r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE') r;
    insert into series
        select 'other', r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000b', 'tap_venue', 'TBASETQUOTE', 'perp', 'TBASE', 'TQUOTE') r;
end
$$;

-- Loads candles that open p_minutes after 2020-01-01 at the given closes; they open at one less, and their volume is a tenth.
create function pg_temp.load(p_name text, p_minutes integer[], p_closes double precision[], p_interval_s integer default 60)
returns text language plpgsql as $$
declare
    v_batch  uuid := util.uuid_v7();
    v_series uuid := (select instrument_id from series where name = p_name);
    v_start  timestamptz := '2020-01-01 00:00:00+00';
    v_open   record;
begin
    select * into v_open
      from market.fn_open_batch(
          v_batch, 'tap', 'klines', v_series, p_interval_s, 'tap.csv', sha256(v_batch::text::bytea), 1,
          v_start + make_interval(mins => (select min(m) from unnest(p_minutes) m)),
          v_start + make_interval(mins => (select max(m) from unnest(p_minutes) m)), true);
    execute format(
        'insert into %s (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id %s)
           select $1, $6, $2 + make_interval(mins => r.minute), r.close - 1, r.close + 1, r.close - 2, r.close, r.close / 10, $3 %s
             from unnest($4, $5) with ordinality as r(minute, close, line)',
        v_open.target, case when v_open.target = 'market.klines' then '' else ', line' end,
        case when v_open.target = 'market.klines' then '' else ', r.line' end)
      using v_series, v_start, v_batch, p_minutes, p_closes, p_interval_s;
    return (select c.outcome from market.fn_close_batch(v_batch, cardinality(p_minutes), null, null, null, null) c);
end
$$;

create function pg_temp.rolled(p_name text, p_interval_s integer)
returns table (minute integer, open double precision, high double precision, low double precision, close double precision,
               volume double precision, n_present integer, final boolean)
language sql as $$
    select (extract(epoch from r.open_time - '2020-01-01 00:00:00+00') / 60)::integer, r.open, r.high, r.low, r.close, r.volume,
           r.n_present, r.final
      from market.klines_rollup r
      join series s on s.instrument_id = r.instrument_id and s.name = p_name
     where r.interval_s = p_interval_s
     order by r.open_time
$$;

select results_eq('select outcome, instrument_id, written, pending from market.fn_roll_up()',
                  $$values ('replayed'::text, null::uuid, 0::bigint, 0::bigint)$$, 'nothing is marked, nothing is done');

-- The first minutes.
select is(pg_temp.load('one', '{0,1,2,3,4,5,6}', '{10,11,12,13,14,15,16}'), 'created', 'seven minutes');
select results_eq(
    $$select d.spans from market.rollup_dirty d join series s on s.instrument_id = d.instrument_id and s.name = 'one'$$,
    $$values ('{["2020-01-01 00:00:00+00","2020-01-01 00:10:00+00")}'::tstzmultirange)$$, 'mark the buckets they are in, as one range');
select results_eq(
    $$select r.outcome, s.name, r.from_time, r.to_time, r.written, r.pending
        from market.fn_roll_up() r left join series s on s.instrument_id = r.instrument_id$$,
    $$values ('created'::text, 'one'::text, '2020-01-01 00:00:00+00'::timestamptz, '2020-01-02 00:00:00+00'::timestamptz, 6::bigint, 0::bigint)$$,
    'two buckets of 5 minutes, and one of each other length');
select results_eq(
    $$select * from pg_temp.rolled('one', 300)$$,
    $$values (0, 9::float8, 15::float8, 8::float8, 14::float8, 1 + 1.1::float8 + 1.2 + 1.3 + 1.4, 5, true),
             (5, 14, 17, 13, 16, 1.5::float8 + 1.6, 2, false)$$, 'a whole bucket is final, one that goes on is not');
select results_eq(
    $$select * from pg_temp.rolled('one', 86400)$$,
    $$values (0, 9::float8, 17::float8, 8::float8, 16::float8, (1 + 1.1::float8 + 1.2 + 1.3 + 1.4) + (1.5::float8 + 1.6), 7, false)$$,
    'a day adds what the levels below have added');
select results_eq('select outcome, written from market.fn_roll_up()', $$values ('replayed'::text, 0::bigint)$$, 'once is enough');
select is((select count(*) from bus.domain_events where event_type = 'market.rolled_up'), 1::bigint, 'one event says so');
select results_eq(
    $$select e.payload - 'instrument_id' from bus.domain_events e where event_type = 'market.rolled_up'$$,
    $$values ('{"from_time": "2020-01-01T00:00:00+00:00", "to_time": "2020-01-02T00:00:00+00:00", "written": 6}'::jsonb)$$, 'with the days');

-- Later minutes end what they leave behind, a minute missing or not.
select is(pg_temp.load('one', '{20,21}', '{20,21}'), 'created', 'minutes a quarter of an hour later');
select is((select written from market.fn_roll_up()), 7::bigint,
          'write their own buckets, the newest ones before, which are final now, and nothing else');
select results_eq($$select minute, n_present, final from pg_temp.rolled('one', 300)$$,
                  $$values (0, 5, true), (5, 2, true), (20, 2, false)$$, 'a bucket with a gap is final when a later minute was delivered');
select results_eq($$select minute, n_present, final from pg_temp.rolled('one', 900)$$,
                  $$values (0, 7, true), (15, 2, false)$$, 'of 15 minutes too');
select results_eq($$select minute, n_present, final from pg_temp.rolled('one', 3600)$$, $$values (0, 9, false)$$, 'an hour goes on');

-- A late minute, a corrected one, an equal one.
create temporary table before as
    select r.tableoid::regclass as part, r.ctid as place, r.interval_s, r.open_time from market.klines_rollup r;
select is(pg_temp.load('one', '{5,6,8}', '{15,66,18}'), 'created', 'a late minute and a corrected one among known ones');
select is((select written from market.fn_roll_up()), 5::bigint, 'write the bucket of each length that holds them');
select results_eq(
    $$select r.interval_s, r.open_time from market.klines_rollup r
       where not exists (select from before b where b.part = r.tableoid::regclass and b.place = r.ctid) order by 1$$,
    $$values (300, '2020-01-01 00:05:00+00'::timestamptz), (900, '2020-01-01 00:00:00+00'), (3600, '2020-01-01 00:00:00+00'),
             (14400, '2020-01-01 00:00:00+00'), (86400, '2020-01-01 00:00:00+00')$$, 'and leave the others as they lie');
select results_eq($$select * from pg_temp.rolled('one', 300) where minute = 5$$,
                  $$values (5, 14::float8, 67::float8, 13::float8, 18::float8, 1.5::float8 + 6.6 + 1.8, 3, true)$$, 'with the new values');
select is(pg_temp.load('one', '{5,6,8}', '{15,66,18}'), 'created', 'the same minutes once more');
select is((select count(*) from market.rollup_dirty), 0::bigint, 'mark nothing');

-- Instruments by themselves; other lengths than minutes.
select is(pg_temp.load('other', '{0,1439}', '{1,2}'), 'created', 'another instrument');
select is(pg_temp.load('one', '{30}', '{30}'), 'created', 'and the first one');
select is((select s.name from market.fn_roll_up() r join series s on s.instrument_id = r.instrument_id), 'other', 'the oldest mark is first');
select is((select s.name from market.fn_roll_up() r join series s on s.instrument_id = r.instrument_id), 'one', 'then the next');
select results_eq($$select minute, n_present, final from pg_temp.rolled('other', 3600)$$,
                  $$values (0, 1, true), (1380, 1, false)$$, 'its hours');
select is(pg_temp.load('one', '{30}', '{30}', 300), 'created', 'a candle of 5 minutes that the venue delivered');
select is((select count(*) from market.rollup_dirty), 0::bigint, 'is nothing to roll up');

-- Long histories, a part at a time.
select is(pg_temp.load('other', '{-14400,-2880,-1440}', '{1,2,3}'), 'created', 'older minutes of three days');
select results_eq($$select from_time, to_time, pending from market.fn_roll_up(3)$$,
                  $$values ('2019-12-22 00:00:00+00'::timestamptz, '2019-12-25 00:00:00+00'::timestamptz, 1::bigint)$$, 'three days, and a mark for the rest');
select results_eq($$select from_time, to_time, pending from market.fn_roll_up(3660)$$,
                  $$values ('2019-12-25 00:00:00+00'::timestamptz, '2020-01-01 00:00:00+00'::timestamptz, 0::bigint)$$, 'the rest');
select results_eq($$select minute, n_present, final from pg_temp.rolled('other', 86400)$$,
                  $$values (-14400, 1, true), (-2880, 1, true), (-1440, 1, true), (0, 2, false)$$, 'a day each, final but the last');
select is((select sum(v.missing + v.extra + v.different + v.pending)
             from series s cross join market.fn_verify_rollups(s.instrument_id, '2019-12-01 00:00:00+00', '2020-02-01 00:00:00+00') v),
          0::numeric, 'all of it is what the minutes say');

-- What is being repaired is not final, before and after.
insert into ingest.repairs (repair_id, stream, instrument_id, from_id, to_id, before_time, after_time)
    select util.uuid_v7(), 'agg_trades', instrument_id, 7, 9, '2019-12-30 23:59:59+00', '2019-12-31 00:00:00+00' from series where name = 'other';
insert into market.rollup_dirty (instrument_id, spans)
    select instrument_id, '{["2019-12-30 23:59:59+00","2019-12-31 00:00:00+00"]}' from series where name = 'other';
select is((select written from market.fn_roll_up()), 6::bigint, 'an open repair ends the finality of the buckets that it touches');
select results_eq($$select minute, n_present, final from pg_temp.rolled('other', 86400)$$,
                  $$values (-14400, 1, true), (-2880, 1, false), (-1440, 1, false), (0, 2, false)$$, 'the days on both sides');
update ingest.repairs set status = 'filled', closed_at = now();
insert into market.rollup_dirty (instrument_id, spans)
    select instrument_id, '{["2019-12-30 23:59:59+00","2019-12-31 00:00:00+00"]}' from series where name = 'other';
select is((select written from market.fn_roll_up()), 6::bigint, 'and gives it back when it closes');
select results_eq($$select minute, n_present, final from pg_temp.rolled('other', 86400)$$,
                  $$values (-14400, 1, true), (-2880, 1, true), (-1440, 1, true), (0, 2, false)$$, 'the days again');

-- Zero has one sign, and a sum that one minute cannot say is not said.
create temporary table odd as select util.uuid_v7() as batch_id;
insert into market.klines
    select s.instrument_id, 60, '2020-01-01 02:00:00+00'::timestamptz + make_interval(mins => m), '-0', 0, '-0', '-0', 1,
           case when m = 0 then 5 end, 7, 1, null, o.batch_id
      from series s cross join odd o cross join generate_series(0, 1) m where s.name = 'one';
insert into market.rollup_dirty (instrument_id, spans)
    select instrument_id, '{["2020-01-01 02:00:00+00","2020-01-01 02:05:00+00")}' from series where name = 'one';
select lives_ok('select market.fn_roll_up()');
select results_eq(
    $$select float8send(r.open), float8send(r.low), float8send(r.close), r.quote_volume, r.trade_count, r.taker_buy_volume, r.taker_buy_quote_volume
        from market.klines_rollup r join series s on s.instrument_id = r.instrument_id and s.name = 'one'
       where r.interval_s = 300 and r.open_time = '2020-01-01 02:00:00+00'$$,
    $$values (float8send(0), float8send(0), float8send(0), null::float8, 14::bigint, 2::float8, null::float8)$$, 'odd values');

select throws_ok('select market.fn_roll_up(0)', 'TB001', null, 'no day at all');

select * from finish();
rollback;
