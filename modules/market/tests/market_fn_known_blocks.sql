-- Blocks are believed as long as the rows they speak of show no trace of a later writer.
begin;
select plan(21);

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

create function pg_temp.at(p_minute integer) returns timestamptz language sql as
    $$select timestamptz '2020-01-31 23:50:00+00' + make_interval(mins => p_minute)$$;

create function pg_temp.id(p_number integer) returns uuid language sql as
    $$select format('00000000-0000-7000-8000-%s', lpad(p_number::text, 12, '0'))::uuid$$;

create function pg_temp.open(p_batch integer, p_first integer, p_last integer) returns text language sql as $$
    select b.target
      from market.fn_open_batch(pg_temp.id(p_batch), 'tap', 'klines', (select instrument_id from series), 60, p_batch || '.csv',
                                sha256(p_batch::text::bytea), 1, pg_temp.at(p_first), pg_temp.at(p_last), true) b
$$;

create function pg_temp.send(p_batch integer, p_first integer, p_last integer) returns void language sql as $$
    insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
        select s.instrument_id, 60, pg_temp.at(n), 1, 3, 0.5, 2, n, pg_temp.id(p_batch) from series s, generate_series(p_first, p_last) n
$$;

-- What a sender says of the rows from one minute to another, the hash made of them here.
create function pg_temp.block(p_first integer, p_last integer, p_rows integer default null) returns jsonb language sql as $$
    select jsonb_build_object('first', pg_temp.at(p_first), 'last', pg_temp.at(p_last), 'rows', coalesce(p_rows, count(*)::integer), 'sha256',
        encode(sha256(string_agg(
            '\x00000008'::bytea || timestamptz_send(t.open_time) || '\x00000008' || float8send(t.open) || '\x00000008' || float8send(t.high)
            || '\x00000008' || float8send(t.low) || '\x00000008' || float8send(t.close) || '\x00000008' || float8send(t.volume)
            || '\xffffffffffffffffffffffffffffffff', '' order by t.open_time)), 'hex'))
      from market.klines t join series using (instrument_id)
     where t.open_time between pg_temp.at(p_first) and pg_temp.at(p_last)
$$;

create function pg_temp.close(p_batch integer, p_rows bigint, p_blocks jsonb[], p_horizon text default null) returns text language sql as $$
    select c.outcome
      from market.fn_close_batch(pg_temp.id(p_batch), p_rows, '{}', '{}', '{}', '{}',
                                 p_blocks => jsonb_build_object('blocks', to_jsonb(p_blocks), 'horizon',
                                                                coalesce(p_horizon, pg_snapshot_xmin(pg_current_snapshot())::text))) c
$$;

create function pg_temp.known(p_batch integer, p_from integer, p_to integer) returns text language sql as $$
    select string_agg(format('%s..%s:%s%s', extract(epoch from k.first_time - pg_temp.at(0))::integer / 60,
                             extract(epoch from k.last_time - pg_temp.at(0))::integer / 60, case when k.stands then 'stands' else 'stale' end,
                             case when k.follows then ',follows' else '' end), ' ' order by k.last_time)
      from market.fn_known_blocks(pg_temp.id(p_batch), pg_temp.at(p_from), pg_temp.at(p_to)) k
$$;

create function pg_temp.verified() returns text language sql as $$
    select string_agg(v.row_count || ' ' || v.verdict, ', ' order by v.last_time)
      from market.fn_verify_blocks('klines', (select instrument_id from series), 60) v
$$;

-- no event for ingest.batches: a batch is told when it is closed
-- no event for market.klines: a batch is told when it is closed

select pg_temp.open(1, 0, 30);
select pg_temp.send(1, 0, 19);
select pg_temp.send(1, 25, 30);
select throws_ok($$select pg_temp.close(1, 26, array[pg_temp.block(0, 31)])$$, 'TB001', null, 'a block lies within its batch');
select throws_ok($$select pg_temp.close(1, 26, array[pg_temp.block(0, 5), pg_temp.block(5, 9)])$$, 'TB001', null, 'blocks do not touch');
select throws_ok($$select pg_temp.close(1, 26, array[pg_temp.block(0, 5, 27)])$$, 'TB001', null, 'nor have more rows than the batch');
select throws_ok($$select pg_temp.close(1, 26, array[pg_temp.block(0, 5) || '{"sha256": "00"}'])$$, 'TB001', null, 'a hash is a SHA-256');
select throws_ok($$select pg_temp.close(1, 26, array[pg_temp.block(0, 5)], '9000000000000000000')$$, 'TB001', null, 'the horizon is not ahead');
select throws_ok($$select c.outcome from market.fn_close_batch(pg_temp.id(1), 26, '{}', '{}', '{}', '{}', p_blocks => '{"blocks": []}') c$$,
                 'TB001', null, 'and is said');
select is(pg_temp.close(1, 26, array[pg_temp.block(0, 9), pg_temp.block(10, 19), pg_temp.block(25, 30)]), 'created', 'blocks come with the closing');
select is(pg_temp.verified(), '10 true, 10 true, 6 true', 'their hashes are those of the rows, over two months');

update market.klines t set close = 2.5 from series s where t.instrument_id = s.instrument_id and t.open_time = pg_temp.at(12);
select is(pg_temp.verified(), '10 true, 10 false, 6 true', 'what this transaction changes after it made them goes unseen, but not untrue');
update market.klines t set close = 2 from series s where t.instrument_id = s.instrument_id and t.open_time = pg_temp.at(12);
delete from market.klines t using series s where t.instrument_id = s.instrument_id and t.open_time = pg_temp.at(12);
select is(pg_temp.verified(), '10 true, 10 stale, 6 true', 'a row that is gone is missed');

create temporary table made as select b.* from ingest.blocks b join series using (instrument_id);
-- no event: a batch is told when it is closed
select is(pg_temp.open(2, 0, 30), 'pg_temp.market_stage', 'another batch of the series in this transaction');
select is(pg_temp.known(2, 0, 30), null, 'takes the blocks with it that were made before in it');

insert into ingest.blocks select * from made;
select is(pg_temp.known(2, 0, 30), '0..9:stands 10..19:stale,follows 25..30:stands,follows', 'those that stand and those that do not');
select is(pg_temp.known(2, 9, 10), '0..9:stands 10..19:stale,follows', 'that reach into a range');
select is(pg_temp.known(2, 20, 24), null, 'and no others');
select pg_temp.send(1, 22, 22);
select is(pg_temp.known(2, 10, 30), '10..19:stale 25..30:stands', 'a row between two says that they do not follow each other');
select pg_temp.send(1, 12, 12);
select is(pg_temp.known(2, 10, 19), '10..19:stands', 'in this transaction a row that is back is as it was');
delete from ingest.blocks b using series s where b.instrument_id = s.instrument_id;
insert into ingest.blocks select m.stream, m.instrument_id, m.interval_s, m.first_time, m.last_time, m.row_count, m.sha256, '3', m.horizon from made m;
select is(pg_temp.known(2, 0, 19), '0..9:stale 10..19:stale,follows', 'a block that another transaction wrote than made it was restored, and says nothing');
select throws_ok('select pg_temp.known(2, 5, 4)', 'TB001', null, 'not backwards');
select throws_ok('select pg_temp.known(1, 0, 30)', 'TB004', null, 'not for a batch that is closed');
select throws_ok($$select * from market.fn_verify_blocks('klines')$$, 'TB001', null, 'a series is named in full');

select * from finish();
rollback;
