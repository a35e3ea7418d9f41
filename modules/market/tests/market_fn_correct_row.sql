-- A row is corrected with a reason, stands above what comes later, and is put back when the correction is withdrawn.
begin;
select plan(37);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE');
end
$$;
create function pg_temp.u(p_digits text) returns uuid language sql as $$ select ('00000000-0000-7000-8000-0000000000' || p_digits)::uuid $$;

-- One candle of a file of a source, received between opening and closing.
create function pg_temp.receive(p_batch text, p_source text, p_close float8, p_at timestamptz default '2024-01-01Z') returns text language plpgsql as $$
declare
    v_target text;
    v_answer text;
begin
    select o.target into strict v_target
      from market.fn_open_batch(pg_temp.u(p_batch), p_source, 'klines', pg_temp.u('0a'), 60, 'file ' || p_batch, sha256(p_batch::bytea), 1, p_at, p_at, false) as o;
    execute format('insert into %s (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id, line) '
                   'values ($1, 60, $2, 1, $3, 1, $3, 5, $4, 1)', v_target) using pg_temp.u('0a'), p_at, p_close, pg_temp.u(p_batch);
    select concat_ws(' ', c.inserted, c.superseded) into v_answer from market.fn_close_batch(pg_temp.u(p_batch), 1, null, null, null, null) as c;
    return v_answer;
end
$$;
create function pg_temp.correct(p_id text, p_values jsonb, p_reason text default 'typing error', p_at text default '2024-01-01 00:00:00+00') returns text
language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from market.fn_correct_row(pg_temp.u(p_id), 'klines', pg_temp.u('0a'), 60, jsonb_build_object('open_time', p_at), p_values, p_reason, '{"actor": "tap"}')
$$;
create function pg_temp.withdraw(p_id text, p_reason text default 'it was right') returns text language sql as $$
    select concat_ws(' ', outcome, restored, conflict_field) from market.fn_withdraw_correction(pg_temp.u(p_id), p_reason, '{"actor": "tap"}')
$$;
create function pg_temp.row() returns text language sql as $$
    select concat_ws(' ', k.high, k.close, right(k.batch_id::text, 2)) from market.klines as k
     where k.instrument_id = pg_temp.u('0a') and k.interval_s = 60 and k.open_time = '2024-01-01Z'
$$;

select is(pg_temp.receive('b1', 'archive_daily', 100), '1 0', 'a candle is received');
select is(pg_temp.correct('c1', '{"close": 90.5}'), 'created', 'and corrected');
select is(pg_temp.row(), '100 90.5 c1', 'in the columns named');
select is(pg_temp.correct('c1', '{"close": 90.50}'), 'replayed', 'the same again is a replay');
select is(pg_temp.correct('c1', '{"close": 91}'), 'conflict values', 'other values are a conflict');
select is(pg_temp.correct('c1', '{"close": 90.5}', 'another'), 'conflict reason', 'another reason too');
select is(pg_temp.receive('b2', 'archive_monthly', 101), '0 1', 'a file of a higher rank comes later');
select is(pg_temp.row(), '100 90.5 c1', 'the correction stands');
select is(pg_temp.correct('c2', '{"close": 91, "high": 92}'), 'created', 'a correction can be corrected');
select is(pg_temp.row(), '92 91 c2', 'the later one stands');
select is(pg_temp.withdraw('c1'), 'created f', 'withdrawing the one below puts nothing back');
select is(pg_temp.row(), '92 91 c2', 'and changes nothing');
select is(pg_temp.withdraw('c2'), 'created t', 'withdrawing the one that stands does');
select is((select concat_ws(' ', k.close, b.source, b.file_name) from market.klines as k join ingest.batches as b using (batch_id)
            where k.instrument_id = pg_temp.u('0a')), '101 archive_monthly file b2', 'what would stand without corrections stands, as of its source');
select is(pg_temp.withdraw('c2'), 'replayed t', 'once');
select is(pg_temp.withdraw('c2', 'another'), 'conflict t reason', 'another reason is a conflict');
select is(pg_temp.receive('b3', 'rest', 102), '0 1', 'a source of a lower rank comes later');
select is(split_part(pg_temp.row(), ' ', 2), '101', 'and does not win over what was put back');
select is(pg_temp.receive('b4', 'archive_monthly', 103), '0 1', 'a file of the same source and a later name');
select is(split_part(pg_temp.row(), ' ', 2), '103', 'does');
select is((select array_agg(distinct (s.row ->> 'close')::float8 order by (s.row ->> 'close')::float8) from market.superseded as s where s.instrument_id = pg_temp.u('0a')),
          '{90.5,91,100,101,102}'::float8[], 'nothing that was ever said is lost');
select results_eq(
    $$select e.event_type, e.aggregate_id, e.payload ->> 'reason' from bus.domain_events as e
       where e.xid = pg_current_xact_id() and e.event_type in ('market.row_corrected', 'market.correction_withdrawn') order by e.id$$,
    $$values ('market.row_corrected'::text, pg_temp.u('c1')::text, 'typing error'::text), ('market.row_corrected', pg_temp.u('c2')::text, 'typing error'),
             ('market.correction_withdrawn', pg_temp.u('c1')::text, 'it was right'), ('market.correction_withdrawn', pg_temp.u('c2')::text, 'it was right')$$,
    'every change with its event');
select is((select count(*) from ingest.batches as b where b.rows_in <> b.inserted + b.duplicate + b.superseded + b.rejected), 0::bigint,
    'every row of every batch is accounted for');

-- What was stated again counts for whoever stated it.
create function pg_temp.stands() returns text language sql as $$
    select concat_ws(' ', k.close, b.source) from market.klines as k join ingest.batches as b using (batch_id)
     where k.instrument_id = pg_temp.u('0a') and k.open_time = '2024-02-01Z'
$$;
select is(concat_ws(', ', pg_temp.receive('d1', 'rest', 1, '2024-02-01Z'), pg_temp.receive('d2', 'archive_daily', 1, '2024-02-01Z')), '1 0, 0 0',
    'a value is received, and confirmed by a better source');
select is(pg_temp.correct('c3', '{"close": 2}', p_at => '2024-02-01 00:00:00+00'), 'created', 'and corrected');
select is(concat_ws(', ', pg_temp.withdraw('c3'), pg_temp.stands()), 'created t, 1 archive_daily', 'what is put back is the better source''s');
select is(pg_temp.correct('c4', '{"close": 3, "high": 3}', p_at => '2024-02-01 00:00:00+00'), 'created', 'corrected again');
select is(pg_temp.receive('d3', 'archive_monthly', 3, '2024-02-01Z'), '0 0', 'a still better source says what the correction says');
select is(concat_ws(', ', pg_temp.withdraw('c4'), pg_temp.stands()), 'created t, 3 archive_monthly', 'withdrawn, the value stands as of that source');

select throws_ok($$ select pg_temp.correct('c9', '{"close": 1}', p_at => '2024-01-02 00:00:00+00') $$, 'TB002', null, 'a row that is not there cannot be corrected');
select throws_ok($$ select pg_temp.correct('c9', '{}') $$, 'TB001', null, 'a correction says something');
select throws_ok($$ select pg_temp.correct('c9', '{"batch_id": "x"}') $$, 'TB001', null, 'about values');
select throws_ok($$ select pg_temp.correct('c9', '{"close": "much"}') $$, 'TB001', null, 'that are values');
select throws_ok($$ select pg_temp.correct('c9', '{"close": null}') $$, 'TB001', null, 'where there must be one');
select throws_ok(
    $$ select market.fn_correct_row(pg_temp.u('c9'), 'klines', pg_temp.u('0a'), 60, '{"open": 1}', '{"close": 1}', 'x') $$, 'TB001', null, 'of a row that is named');
select throws_ok($$ select market.fn_correct_row(pg_temp.u('c9'), 'nothing', null, null, '{}', '{}', 'x') $$, 'TB002', null, 'of a stream');
select throws_ok($$ select pg_temp.withdraw('c9') $$, 'TB002', null, 'what was never made cannot be withdrawn');

select * from finish();
rollback;
