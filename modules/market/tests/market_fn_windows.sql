-- The same windows from the same candles, whatever database they are in.
begin;
select plan(20);

create temporary table series (name text, instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select s.name, r.instrument_id
          from (values ('a', '00000000-0000-7000-8000-00000000000a'::uuid, 'ATQUOTE'),
                       ('b', '00000000-0000-7000-8000-00000000000b', 'BTQUOTE')) as s(name, id, symbol),
               ref.fn_register_instrument(s.id, 'tap_venue', s.symbol, 'spot', 'TBASE', 'TQUOTE') r;
    perform market.fn_ensure_partitions('klines', '2020-01-01', '2020-01-31');
end
$$;
create function pg_temp.at(p_minute integer) returns timestamptz language sql as $$
    select '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => p_minute)
$$;
insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
    select s.instrument_id, 60, pg_temp.at(n), 1, 9, 0.1, 1 + n / 3.0::float8, 8e-8, util.uuid_v7() from series s, generate_series(0, 9999) n;
delete from market.klines k using series s where s.name = 'a' and k.instrument_id = s.instrument_id and k.open_time between pg_temp.at(5000) and pg_temp.at(5099);

create function pg_temp.windows(p_seed text default 'seed', p_n integer default 20, p_min_coverage numeric default 1, p_name text default 'a', p_to integer default 10000)
returns setof record language sql as $$
    select w.window_no, w.window_from, w.window_to, w.expected, w.present, w.content, w.manifest
      from series s, market.fn_windows(p_seed, s.instrument_id, 60, pg_temp.at(0), pg_temp.at(p_to), '1h', p_n, p_min_coverage) w
     where s.name = p_name
$$;
create function pg_temp.manifest(p_seed text default 'seed', p_n integer default 20, p_min_coverage numeric default 1, p_name text default 'a') returns text language sql as $$
    select max(w.manifest) from pg_temp.windows(p_seed, p_n, p_min_coverage, p_name)
               as w(window_no integer, window_from timestamptz, window_to timestamptz, expected bigint, present bigint, content text, manifest text)
$$;
create temporary table drawn as
    select * from pg_temp.windows() as w(window_no integer, window_from timestamptz, window_to timestamptz, expected bigint, present bigint, content text, manifest text);

select results_eq('select count(*), min(window_no), max(window_no), count(distinct window_from), count(distinct manifest) from drawn',
    'values (20::bigint, 1, 20, 20::bigint, 1::bigint)', 'as many as were asked for, each once, under one manifest');
select is_empty($$select * from drawn where window_to - window_from <> '1 hour' or expected <> 60 or present <> 60
                   or window_from < pg_temp.at(0) or window_to > pg_temp.at(10000)$$, 'of the length, whole, inside the range');
select is_empty('select * from drawn where window_from < pg_temp.at(5100) and window_to > pg_temp.at(5000)', 'and none where candles are missing');
select matches((select max(manifest) from drawn), '^[0-9a-f]{64}$', 'a hash says what they are');
-- A value of its own: the choice must not change from one version to the next.
select is((select string_agg((extract(epoch from window_from - pg_temp.at(0)) / 60)::integer::text, ' ' order by window_no) from drawn where window_no <= 5),
          (select string_agg((('x' || encode(substring(sha256(convert_to(format('seed|tap_venue|spot|ATQUOTE|60|%s.000000|%s.000000|60|%s',
                      1577836800, 1577836800 + 600000, c), 'UTF8')) for 7), 'hex'))::bit(56)::bigint % 9941)::text, ' ' order by c)
             from generate_series(1, 5) c), 'they begin where seed, series and number say');

set local timezone = 'Asia/Tokyo';
set local extra_float_digits = -10;
set local datestyle = 'SQL, DMY';
select is(pg_temp.manifest(), (select max(manifest) from drawn), 'how the session shows values makes no difference');
set local enable_indexscan = off;
set local enable_bitmapscan = off;
select is(pg_temp.manifest(), (select max(manifest) from drawn), 'nor does how the rows are found');
set local enable_indexscan = on;
set local enable_bitmapscan = on;
select isnt(pg_temp.manifest('other'), (select max(manifest) from drawn), 'another seed draws others');
select isnt(pg_temp.manifest(p_name => 'b'), (select max(manifest) from drawn), 'and another series has others');
select is((select count(*) from drawn d join pg_temp.windows(p_n => 5) as w(window_no integer, window_from timestamptz, window_to timestamptz, expected bigint,
                                                                              present bigint, content text, manifest text) using (window_no, window_from, content)),
          5::bigint, 'fewer windows are the first of more');

update market.klines k set close = close + 1e-9 from series s
 where s.name = 'a' and k.instrument_id = s.instrument_id
   and k.open_time = (select max(n.at) from (select pg_temp.at(m) as at from generate_series(0, 9999) m) n
                       where not exists (select from drawn d where n.at >= d.window_from and n.at < d.window_to) and n.at not between pg_temp.at(4900) and pg_temp.at(5200));
select is(pg_temp.manifest(), (select max(manifest) from drawn), 'a candle that is corrected outside of them changes nothing');
update market.klines k set close = close + 1e-9 from series s
 where s.name = 'a' and k.instrument_id = s.instrument_id and k.open_time = (select window_from from drawn where window_no = 7);
select isnt(pg_temp.manifest(), (select max(manifest) from drawn), 'one inside changes the manifest');
select is((select count(*) from drawn d join pg_temp.windows() as w(window_no integer, window_from timestamptz, window_to timestamptz, expected bigint,
                                                                      present bigint, content text, manifest text) using (window_no, window_from)
            where d.content <> w.content and not (d.window_from < (select window_to from drawn where window_no = 7) and d.window_to > (select window_from from drawn where window_no = 7))),
          0::bigint, 'and no window but those that hold it');

-- More than there are places for.
select results_eq($$select count(*), count(distinct w.window_from), min(w.present) from series s, market.fn_windows('s', s.instrument_id, 60, pg_temp.at(0), pg_temp.at(600), '1h', 10000) w
                     where s.name = 'b'$$, 'values (541::bigint, 541::bigint, 60::bigint)', 'every place is found, and the search ends');
-- The first of several tries at one place counts, however many are drawn at once.
select is((select string_agg(w.window_from::text, ' ' order by w.window_no) from series s, market.fn_windows('s', s.instrument_id, 60, pg_temp.at(0), pg_temp.at(70), '1h', 9) w where s.name = 'b'),
          (select string_agg(f.at::text, ' ' order by f.no)
             from (select pg_temp.at(t.place) as at, min(t.c) as no
                     from (select c, (('x' || encode(substring(sha256(convert_to(format('s|tap_venue|spot|BTQUOTE|60|%s.000000|%s.000000|60|%s',
                                  1577836800, 1577836800 + 4200, c), 'UTF8')) for 7), 'hex'))::bit(56)::bigint % 11)::integer as place from generate_series(1, 370) c) t
                    group by t.place order by 2 limit 9) f), 'places are taken in the order in which they are drawn');
select is((select count(distinct w.manifest) from generate_series(1, 1000) as run, series s, market.fn_windows('seed' || run * 0, s.instrument_id, 60, pg_temp.at(0), pg_temp.at(1000), '1h', 3) w
            where s.name = 'a'), 1::bigint, 'a thousand runs have one manifest');
select is((select count(*) from series s, market.fn_windows('seed', s.instrument_id, 60, pg_temp.at(4990), pg_temp.at(5060), '1h', 5, 0.5) where s.name = 'a'), 0::bigint,
          'where too little is there no window is found');
select throws_ok($$select market.fn_windows('s', instrument_id, 60, pg_temp.at(0), pg_temp.at(9), '90s', 1) from series$$, 'TB001', null, 'a window is a whole number of candles');
select throws_ok($$select market.fn_windows('s', instrument_id, 60, pg_temp.at(0), pg_temp.at(9), '1h', 0) from series$$, 'TB001', null, 'none are not asked for');
select is_empty($$select w.* from series s, market.fn_windows('s', s.instrument_id, 60, pg_temp.at(0), pg_temp.at(59), '1h', 1) w$$, 'a range that is shorter than a window has none');

select * from finish();
rollback;
