-- One digest for one content, whatever it went through.
begin;
select plan(10);

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

-- no event for market.klines: written directly, what batches do is not the subject
-- Candles p_from .. p_to minutes after 2020-01-01.
create function pg_temp.put(p_from integer, p_to integer, p_close double precision, p_interval_s integer default 60) returns void
language sql as $$
    select market.fn_ensure_partitions('klines', '2020-01-01', '2020-02-01');
    insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
        select s.instrument_id, p_interval_s, '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => m), 1, 9, 0.1, p_close,
               8e-8, util.uuid_v7()
          from series s, generate_series(p_from, p_to) m;
$$;
create function pg_temp.digest() returns text language sql as $$
    select format('%s %s', d.row_count, d.digest) from series s, market.fn_content_digest('klines', s.instrument_id, 60) d
$$;

select is(pg_temp.digest(), '0 ' || encode(sha256(''), 'hex'), 'nothing has the digest of nothing');

select pg_temp.put(0, 199, 0.1);
create temporary table first as select pg_temp.digest() as digest;
select matches((select digest from first), '^200 [0-9a-f]{64}$', 'rows are counted and hashed');

delete from market.klines k using series s where k.instrument_id = s.instrument_id;
select pg_temp.put(150, 199, 0.1);
select pg_temp.put(0, 149, 0.1);
select is(pg_temp.digest(), (select digest from first), 'the same rows in another order and from other batches have the same');

set local timezone = 'Asia/Tokyo';
set local datestyle = 'SQL, DMY';
set local extra_float_digits = -10;
select is(pg_temp.digest(), (select digest from first), 'how the session shows values makes no difference');

select pg_temp.put(0, 9, 3, 300);
select is(pg_temp.digest(), (select digest from first), 'another interval is another series');
select isnt((select d.digest from series s, market.fn_content_digest('klines', s.instrument_id) d),
            (select split_part(digest, ' ', 2) from first), 'which counts where both are asked for');

update market.klines k set close = 0.1::float8 + 1e-16 from series s
 where k.instrument_id = s.instrument_id and k.interval_s = 60 and k.open_time = '2020-01-01 01:00:00+00';
select isnt(pg_temp.digest(), (select digest from first), 'the last bit of one value is seen');
select is((select d.row_count from series s, market.fn_content_digest('klines', s.instrument_id, 60, '2020-01-01 01:01+00', '2020-01-01 02:00+00') d),
          59::bigint, 'a range is from its start to before its end');
select is((select count(d.digest) from ingest.streams s, market.fn_content_digest(s.stream) d), (select count(*) from ingest.streams), 'every stream has one');
select throws_ok($$select market.fn_content_digest('prices')$$, 'TB001', null, 'what is no stream is an error');

select * from finish();
rollback;
