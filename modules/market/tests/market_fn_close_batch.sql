-- Closing a batch: what becomes of its rows, by both ways in.
begin;
select plan(38);

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

-- Straight into the table.
select is(pg_temp.load('00000000-0000-7000-8000-000000000001', 'a', '{0,1,2,5}', '{10,11,12,15}'),
          'created market.klines in=4 ins=4 dup=0 sup=0 rej=0', 'an ordered file into an empty range goes straight into the table');
select is((select array_agg(k.close order by k.open_time) from market.klines k, series s where k.instrument_id = s.instrument_id),
          '{10,11,12,15}'::float8[], 'and stands there');
select is((select last_open_time from ingest.klines_cursor c, series s where c.source = 'tap' and c.instrument_id = s.instrument_id),
          '2020-01-01 00:05:00+00'::timestamptz, 'the cursor stands at the newest candle');
select results_eq(
    $$select verdict, rows_in, inserted, first_time, last_time, closed_at is not null
        from ingest.batches where batch_id = '00000000-0000-7000-8000-000000000001'$$,
    $$values ('loaded'::text, 4::bigint, 4::bigint, '2020-01-01 00:00:00+00'::timestamptz, '2020-01-01 00:05:00+00'::timestamptz, true)$$,
    'the batch is registered as loaded');
select is((select count(*) from bus.domain_events where event_type = 'market.batch_loaded'
              and aggregate_id = '00000000-0000-7000-8000-000000000001'), 1::bigint, 'one event says so');
select results_eq(
    $$select payload - 'instrument_id' from bus.domain_events where aggregate_id = '00000000-0000-7000-8000-000000000001'$$,
    $$select jsonb_build_object('batch_id', '00000000-0000-7000-8000-000000000001', 'source', 'tap', 'stream', 'klines',
             'interval_s', 60, 'file_name', 'tap.csv', 'revision', 1, 'sha256', encode(sha256('a'), 'hex'), 'rows_in', 4, 'inserted', 4,
             'duplicate', 0, 'superseded', 0, 'rejected', 0, 'first_time', '2020-01-01T00:00:00+00:00',
             'last_time', '2020-01-01T00:05:00+00:00')$$,
    'with what became of the rows');

-- Again.
select is(pg_temp.load('00000000-0000-7000-8000-000000000001', 'a', '{0,1,2,5}', '{10,11,12,15}'), 'replayed',
          'the same batch again is replayed');
select is(pg_temp.load('00000000-0000-7000-8000-000000000002', 'a', '{0,1,2,5}', '{10,11,12,15}'), 'replayed',
          'the same content under another identity is replayed');
select is((select count(*) from ingest.batches where batch_id = '00000000-0000-7000-8000-000000000002'), 0::bigint,
          'and registers nothing');
select results_eq(
    $$select outcome, rows_in, inserted from market.fn_close_batch('00000000-0000-7000-8000-000000000001', 4, null, null, null, null)$$,
    $$values ('replayed'::text, 4::bigint, 4::bigint)$$, 'closing again is replayed');
select results_eq(
    $$select outcome, conflict_field from market.fn_close_batch('00000000-0000-7000-8000-000000000001', 5, null, null, null, null)$$,
    $$values ('conflict'::text, 'rows_in'::text)$$, 'closing again with other rows is a conflict');

-- The same rows in other bytes.
create temporary table before as
    select k.tableoid::regclass as part, k.ctid as place, k.batch_id from market.klines k, series s where k.instrument_id = s.instrument_id;
select is(pg_temp.load('00000000-0000-7000-8000-000000000003', 'c', '{0,1,2,5}', '{10,11,12,15}'),
          'created pg_temp.market_stage in=4 ins=0 dup=4 sup=0 rej=0', 'equal rows are duplicates');
select set_eq(
    $$select k.tableoid::regclass as part, k.ctid as place, k.batch_id from market.klines k, series s where k.instrument_id = s.instrument_id$$,
    'select * from before', 'and no candle is written');
select is((select batch_id from ingest.klines_cursor c, series s where c.source = 'tap' and c.instrument_id = s.instrument_id),
          '00000000-0000-7000-8000-000000000001'::uuid, 'nor is the cursor');

-- A correction, with new rows on both sides and in the gap.
select is(pg_temp.load('00000000-0000-7000-8000-000000000004', 'd', '{-1,1,2,3,6}', '{9,11,99,13,16}'),
          'created pg_temp.market_stage in=5 ins=3 dup=1 sup=1 rej=0', 'new, equal and different rows are told apart');
select is((select array_agg(k.close order by k.open_time) from market.klines k, series s where k.instrument_id = s.instrument_id),
          '{9,10,11,99,13,15,16}'::float8[], 'the new value wins');
select results_eq(
    $$select row_time, (row ->> 'close')::float8, batch_id, superseded_by, line from market.superseded u, series s
       where u.instrument_id = s.instrument_id and stream = 'klines' and interval_s = 60
         and (key ->> 'open_time')::timestamptz = row_time$$,
    $$values ('2020-01-01 00:02:00+00'::timestamptz, 12::float8, '00000000-0000-7000-8000-000000000001'::uuid,
              '00000000-0000-7000-8000-000000000004'::uuid, 0::bigint)$$, 'the old value is kept');
select is((select batch_id from market.klines k, series s
            where k.instrument_id = s.instrument_id and open_time = '2020-01-01 00:02:00+00'),
          '00000000-0000-7000-8000-000000000004'::uuid, 'the candle names the batch of its values');
select is((select last_open_time from ingest.klines_cursor c, series s where c.source = 'tap' and c.instrument_id = s.instrument_id),
          '2020-01-01 00:06:00+00'::timestamptz, 'the cursor moves on');

-- A late row, alone: before everything.
select is(pg_temp.load('00000000-0000-7000-8000-000000000005', 'e', '{-100}', '{1}'),
          'created market.klines in=1 ins=1 dup=0 sup=0 rej=0', 'an older row is not dropped');
select is((select last_open_time from ingest.klines_cursor c, series s where c.source = 'tap' and c.instrument_id = s.instrument_id),
          '2020-01-01 00:06:00+00'::timestamptz, 'and does not move the cursor back');

-- Out of order, with repeated moments inside the file.
select is(pg_temp.load('00000000-0000-7000-8000-000000000006', 'f', '{12,10,11,10,12,12}', '{5,6,7,6,4,3}', false),
          'created pg_temp.market_stage in=6 ins=3 dup=1 sup=2 rej=0', 'inside a file the last line of a moment wins');
select is((select array_agg(k.close order by k.open_time) from market.klines k, series s
            where k.instrument_id = s.instrument_id and k.open_time >= '2020-01-01 00:10:00+00'),
          '{6,7,3}'::float8[], 'and stands in the table');
select results_eq(
    $$select line, (row ->> 'close')::float8 from market.superseded where superseded_by = '00000000-0000-7000-8000-000000000006' order by line$$,
    $$values (1::bigint, 5::float8), (5::bigint, 4::float8)$$, 'earlier lines that differ are kept');

-- Rejected rows.
select is(pg_temp.load('00000000-0000-7000-8000-000000000007', 'g', '{20}', '{1}', true, '{2,3}'),
          'created market.klines in=3 ins=1 dup=0 sup=0 rej=2', 'rejected rows are counted');
select results_eq(
    $$select line, byte_offset, reason, raw from ingest.rejects where batch_id = '00000000-0000-7000-8000-000000000007' order by line$$,
    $$values (2::bigint, 2::bigint, 'bad'::text, 'raw'::text), (3, 3, 'bad', 'raw')$$, 'and kept with their place and reason');
select is(pg_temp.load('00000000-0000-7000-8000-000000000008', 'h', null, null, true, '{1}'),
          'created pg_temp.market_stage in=1 ins=0 dup=0 sup=0 rej=1', 'a file may hold nothing but rejected rows');

-- What its sender noticed.
select is((select b.notes from ingest.batches b where b.batch_id = '00000000-0000-7000-8000-000000000007'), null, 'of most batches there is nothing to note');
create function pg_temp.noted(p_notes jsonb) returns jsonb language plpgsql as $$
begin
    perform market.fn_open_batch('00000000-0000-7000-8000-0000000000f1', 'tap', 'klines', (select instrument_id from series), 60, 'n', sha256('n'), 1,
                                 '2020-01-01 00:00:00+00', '2020-01-01 00:00:00+00', false);
    perform market.fn_close_batch('00000000-0000-7000-8000-0000000000f1', 1, '{1}', '{0}', '{bad}', '{raw}', p_notes => p_notes);
    return (select b.notes from ingest.batches b where b.batch_id = '00000000-0000-7000-8000-0000000000f1');
end
$$;
select is(pg_temp.noted('{"lossy_values": 1, "lossy_line": 1, "lossy_column": "volume"}'), '{"lossy_values": 1, "lossy_line": 1, "lossy_column": "volume"}'::jsonb,
          'what is noted stands in the batch');
select is((select count(*) from ingest.batches where rows_in <> inserted + duplicate + superseded + rejected), 0::bigint,
          'every row of every batch is accounted for');

-- Wrong use.
select throws_ok(
    $$select market.fn_close_batch('00000000-0000-7000-8000-0000000000ff', 0, null, null, null, null)$$,
    'TB004', null, 'closing what was not opened');
create function pg_temp.misuse(p_rows_in bigint, p_send text, p_ordered boolean) returns void language plpgsql as $$
declare
    v_batch uuid := util.uuid_v7();
begin
    perform market.fn_open_batch(v_batch, 'tap', 'klines', (select instrument_id from series), 60, 'x', sha256(v_batch::text::bytea), 1,
                                       '2020-02-01 00:00:00+00', '2020-02-01 00:01:00+00', p_ordered);
    execute p_send using v_batch, (select instrument_id from series);
    perform market.fn_close_batch(v_batch, p_rows_in, null, null, null, null);
end
$$;
select throws_ok(
    $$select pg_temp.misuse(2, 'insert into market.klines select $2, 60, ''2020-02-01+00'', 1, 1, 1, 1, 1, null, null, null, null, $1', true)$$,
    'TB004', null, 'fewer rows in the table than were read');
select throws_ok(
    $$select pg_temp.misuse(1, 'insert into pg_temp.market_stage select $2, 60, ''2020-02-01+00'', 1, 1, 1, 1, 1, null, null, null, null, $1, n from generate_series(1, 2) n', false)$$,
    'TB004', null, 'more rows in the stage than were read');
select throws_ok(
    $$select pg_temp.misuse(1, 'insert into pg_temp.market_stage select $2, 300, ''2020-02-01+00'', 1, 1, 1, 1, 1, null, null, null, null, $1, 1', false)$$,
    'TB004', null, 'rows of another series in the stage');
select throws_ok(
    $$select pg_temp.misuse(1, 'insert into pg_temp.market_stage select $2, 60, ''2020-03-01+00'', 1, 1, 1, 1, 1, null, null, null, null, $1, 1', false)$$,
    'TB004', null, 'rows outside the announced range in the stage');
select throws_ok(
    $$select pg_temp.misuse(2, 'insert into pg_temp.market_stage select $2, 60, ''2020-02-01+00'', 1, 1, 1, 1, 1, null, null, null, null, $1, 1 from generate_series(1, 2) n', false)$$,
    'TB004', null, 'rows that cannot be told apart in the stage');
select throws_ok(
    $$select market.fn_close_batch('00000000-0000-7000-8000-000000000001', 4, '{1,2}', '{1}', '{x}', '{y}')$$,
    'TB001', null, 'arrays of rejects of different lengths');
select throws_ok(
    $$select market.fn_close_batch('00000000-0000-7000-8000-000000000001', 4, '{1}', '{1}', '{""}', '{y}')$$,
    'TB001', null, 'a reject without a reason');

select * from finish();
rollback;
