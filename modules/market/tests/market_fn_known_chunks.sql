-- What is kept of earlier files of a series is offered to whoever sends another one, and may be named instead of being sent.
begin;
select plan(23);

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

-- no event for ingest.batches: an open batch cannot be committed, and what closes it emits
-- no event for market.klines: rows are sent between opening and closing
-- no event for ingest.objects: an open object cannot be committed, and what closes it emits
-- no event for ingest.object_chunks: they are sent between opening and closing

create function pg_temp.id(p_number integer) returns uuid language sql as
    $$select format('00000000-0000-7000-8000-%s', lpad(p_number::text, 12, '0'))::uuid$$;

-- A file of that number, whose only row is of that hour.
create function pg_temp.open(p_batch integer, p_content bytea, p_hour integer, p_interval_s integer default 60) returns text language sql as $$
    select b.outcome
      from market.fn_open_batch(pg_temp.id(p_batch), 'tap', 'klines', (select instrument_id from series), p_interval_s, p_batch || '.csv',
                                sha256(p_content), length(p_content), timestamptz '2020-01-31 00:00:00+00' + make_interval(hours => p_hour),
                                timestamptz '2020-01-31 00:00:00+00' + make_interval(hours => p_hour), true) b
$$;
create function pg_temp.keep(p_object integer, p_content bytea, p_encoding text default 'zstd') returns text language sql as $$
    select o.outcome from market.fn_open_object(pg_temp.id(p_object), p_encoding, sha256(p_content), length(p_content)) o
$$;
-- As if packing put a z before it.
create function pg_temp.send(p_object integer, p_chunk_no integer, p_plain bytea) returns void language sql as $$
    insert into ingest.object_chunks (object_id, chunk_no, bytes, plain_bytes, plain_sha256)
        values (pg_temp.id(p_object), p_chunk_no, 'z'::bytea || p_plain, length(p_plain), sha256(p_plain))
$$;
create function pg_temp.name(p_object integer, p_chunk_no integer, p_plain bytea, p_like integer, p_like_chunk integer) returns void
language sql as $$
    insert into ingest.object_chunks (object_id, chunk_no, plain_bytes, plain_sha256, like_object_id, like_chunk_no)
        values (pg_temp.id(p_object), p_chunk_no, length(p_plain), sha256(p_plain), pg_temp.id(p_like), p_like_chunk)
$$;
create function pg_temp.close(p_object integer, p_chunks bytea[], p_sent integer) returns text language sql as $$
    select o.outcome
      from market.fn_close_object(pg_temp.id(p_object), cardinality(p_chunks), p_sent,
                                  sha256((select coalesce(string_agg(sha256('z'::bytea || c.b), '' order by c.n), '')
                                            from unnest(p_chunks) with ordinality as c(b, n))), '{}') o
$$;
create function pg_temp.end_batch(p_batch integer) returns text language sql as $$
    insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
        select b.instrument_id, b.interval_s, b.first_time, 1, 3, 0.5, 2, 1, b.batch_id from ingest.batches b where b.batch_id = pg_temp.id(p_batch);
    select c.outcome from market.fn_close_batch(pg_temp.id(p_batch), 1, '{}', '{}', '{}', '{}') c
$$;
create function pg_temp.known(p_batch integer) returns text language sql as $$
    select string_agg(format('%s/%s', right(k.object_id::text, 2)::integer, k.chunk_no), ' ' order by k.object_id, k.chunk_no)
      from market.fn_known_chunks(pg_temp.id(p_batch)) k
$$;

select throws_ok($$select * from market.fn_known_chunks(null)$$, 'TB004', null, 'a batch is named');
select throws_ok($$select * from market.fn_known_chunks(pg_temp.id(1))$$, 'TB004', null, 'that is open');

select is(pg_temp.open(1, 'one two ', 5), 'created', 'a first file');
select is(pg_temp.known(1), null, 'of whose series nothing is kept');
select is(pg_temp.keep(11, 'one two '), 'created', 'is kept');
select pg_temp.send(11, 0, 'one '), pg_temp.send(11, 1, 'two ');
select throws_ok($$select pg_temp.name(11, 2, 'one ', 11, 0)$$, 'TB004', null, 'what is not kept yet cannot be named');
select throws_ok($$select pg_temp.close(11, array['one ', 'two ']::bytea[], 9)$$, 'TB004', null, 'the bytes sent are counted');
select is(pg_temp.close(11, array['one ', 'two ']::bytea[], 10), 'created', 'in two chunks');
select is(pg_temp.end_batch(1), 'created', 'with its rows');

select is(pg_temp.open(2, 'one two three', 4), 'created', 'a second file, from an earlier hour on');
select is(pg_temp.known(2), '11/0 11/1', 'whose sender learns of both chunks');
select is((select array_agg(k.plain_bytes || ' ' || (k.sha256 = sha256('zone ') and k.plain_sha256 = sha256('one ')) order by k.chunk_no)
             from market.fn_known_chunks(pg_temp.id(2)) k), '{4 true,4 false}', 'by their hashes and lengths');
select pg_temp.keep(12, 'one two three');
select throws_ok($$select pg_temp.name(12, 0, 'One ', 11, 0)$$, 'TB004', null, 'other content is not like it');
select throws_ok($$insert into ingest.object_chunks (object_id, chunk_no, plain_bytes, plain_sha256) values (pg_temp.id(12), 0, 4, sha256('one '))$$,
                 'TB004', null, 'a chunk has bytes or names another');
select pg_temp.name(12, 0, 'one ', 11, 0), pg_temp.name(12, 1, 'two ', 11, 1), pg_temp.send(12, 2, 'three!');
select throws_ok($$select pg_temp.close(12, array['one ', 'two ', 'three!']::bytea[], 7)$$, 'TB004', null, 'the content is as long as its chunks');
delete from ingest.object_chunks c where c.object_id = pg_temp.id(12) and c.chunk_no = 2;
select pg_temp.send(12, 2, 'three');
select is(pg_temp.close(12, array['one ', 'two ', 'three']::bytea[], 6), 'created', 'only what was sent counts');
select pg_temp.end_batch(2);
select results_eq($$select r.bytes, r.first_byte from market.fn_read_object(sha256('one two three')) r order by r.chunk_no$$,
                  $$values ('zone '::bytea, 0::bigint), ('ztwo ', 4), ('zthree', 8)$$, 'it is read back whole, each chunk with its place');

select is(pg_temp.open(3, 'three', 0), 'created', 'a third file');
select is(pg_temp.known(3), '11/0 11/1 12/2', 'a chunk is offered where its bytes are');
select pg_temp.keep(13, 'three');
select throws_ok($$select pg_temp.name(13, 0, 'one ', 12, 0)$$, 'TB004', null, 'and named there only');
select pg_temp.name(13, 0, 'three', 12, 2);
select is(pg_temp.close(13, array['three']::bytea[], 0), 'created', 'a file may be nothing but known chunks');
select pg_temp.end_batch(3);

select pg_temp.open(4, 'later', 6);
select is(pg_temp.known(4), null, 'what ends before the batch begins is not offered');
select pg_temp.end_batch(4);
select pg_temp.open(5, 'other', 5, 3600);
select is(pg_temp.known(5), null, 'nor what is of another series');

select * from finish();
rollback;
