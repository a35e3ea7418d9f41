-- What a source failed to deliver is kept once, counted in a row, and forgotten when it delivers again.
begin;
select plan(20);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot', 'TBASE', 'TQUOTE');
end
$$;

create function pg_temp.note(p_digit text, p_error text, p_interval_s integer default 60, p_stream text default 'klines') returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from market.fn_note_source_error(('00000000-0000-7000-8000-00000000000' || p_digit)::uuid, 'tap', p_stream,
                                       '00000000-0000-7000-8000-00000000000a', p_interval_s, p_error, '{"actor": "tap"}')
$$;
create function pg_temp.freshness() returns setof market.v_source_freshness language sql as $$
    select * from market.v_source_freshness where source = 'tap' order by interval_s
$$;

select is(pg_temp.note('1', 'no answer'), 'created', 'a failure is noted');
select is(pg_temp.note('1', 'no answer'), 'replayed', 'the same again is a replay');
select is(pg_temp.note('1', 'bad answer'), 'conflict error', 'another text under its identity is a conflict');
select is(pg_temp.note('1', 'no answer', 300), 'conflict interval_s', 'another interval too');
select is(pg_temp.note('1', 'no answer', 60, 'trades'), 'conflict stream', 'another stream too');
select is(pg_temp.note('2', 'bad answer'), 'created', 'the next failure is another');
select is(pg_temp.note('3', 'no answer', 300), 'created', 'of another series too');
select results_eq(
    $$select symbol, interval_s, errors, errors_in_row, last_error, cadence_s, newest_event from pg_temp.freshness()$$,
    $$values ('TBASETQUOTE'::text, 60, 2::bigint, 2, 'bad answer'::text, 60, null::timestamptz), ('TBASETQUOTE', 300, 1, 1, 'no answer', 300, null)$$,
    'each series counts its own, and knows how often it should come');
select results_eq(
    $$select e.aggregate_id, e.aggregate_version::bigint, e.payload ->> 'error', (e.payload ->> 'errors_in_row')::int, e.ctx ->> 'actor'
        from bus.domain_events as e where e.xid = pg_current_xact_id() and e.event_type = 'market.source_failed' order by e.id$$,
    $$values ('tap/klines/00000000-0000-7000-8000-00000000000a/60'::text, 1::bigint, 'no answer'::text, 1, 'tap'::text),
             ('tap/klines/00000000-0000-7000-8000-00000000000a/60', 2, 'bad answer', 2, 'tap'),
             ('tap/klines/00000000-0000-7000-8000-00000000000a/300', 1, 'no answer', 1, 'tap')$$, 'each with its event, once');
select is((select count(*) from ingest.source_errors where source = 'tap'), 3::bigint, 'all of them are kept');

select is((select outcome from market.fn_note_source_error('00000000-0000-7000-8000-000000000004', 'tap', 'macro', null, null, 'gone')), 'created',
    'a series without an instrument fails too');
select throws_ok($$ select market.fn_note_source_error(null, 'tap', 'klines', null, null, 'x') $$, 'TB001', null, 'it has an identity');
select throws_ok($$ select pg_temp.note('5', ' ') $$, 'TB001', null, 'it says what failed');
select throws_ok($$ select pg_temp.note('5', 'x', 0) $$, 'TB001', null, 'an interval is longer than nothing');
select throws_ok($$ select pg_temp.note('5', 'x', 60, '') $$, 'TB001', null, 'a stream is named');
select throws_ok($$ select pg_temp.note('5', 'x', 60, 'nothing') $$, 'TB002', null, 'and known');
select throws_ok($$ select market.fn_note_source_error('00000000-0000-7000-8000-000000000005', 'tap', 'klines', '00000000-0000-7000-8000-00000000000b', 60, 'x') $$,
    'TB002', null, 'the instrument is known');

-- An answer without rows is one too.
create function pg_temp.advance() returns text language sql as $$
    select outcome from market.fn_advance_cursor('tap', 'klines', '00000000-0000-7000-8000-00000000000a', 60, '2020-01-01 00:00:00+00', null,
                                                 null, null)
$$;
select is(pg_temp.advance(), 'created', 'a page without rows moves the cursor');
select results_eq($$select interval_s, errors, errors_in_row from pg_temp.freshness() where interval_s is not null$$,
                  $$values (60, 2::bigint, 0), (300, 1, 1)$$, 'and says that this series is well again, and no other');
select is(pg_temp.advance(), 'replayed', 'once');

select * from finish();
rollback;
