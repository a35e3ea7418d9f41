-- A cursor moves forward and not back, with its event, and only for what exists.
begin;
select plan(9);

create function pg_temp.advance(p_time timestamptz, p_id bigint, p_state jsonb, p_batch uuid default null) returns text language sql as $$
    select format('%s %s %s %s', outcome, to_char(last_time at time zone 'UTC', 'DD HH24:MI'), last_id, page_state)
      from market.fn_advance_cursor('tap', 'macro', null, null, p_time, p_id, p_state, p_batch)
$$;

select is((select count(*) from market.fn_cursor('tap', 'macro', null, null)), 0::bigint, 'a source that has not begun has no cursor');
select is(pg_temp.advance('2020-01-02 00:00:00+00', null, '{"p": 1}'), 'created 02 00:00  {"p": 1}', 'it begins');
select is(pg_temp.advance('2020-01-01 00:00:00+00', 5, null), 'created 02 00:00 5 {"p": 1}', 'time does not move back, the id moves on');
select is(pg_temp.advance('2020-01-02 00:00:00+00', 4, '{"p": 1}'), 'replayed 02 00:00 5 {"p": 1}', 'nothing moves');
select is(pg_temp.advance(null, null, '{}'), 'created 02 00:00 5 {}', 'a page state is replaced');
select is((select count(*) from bus.domain_events where event_type = 'market.cursor_advanced' and payload ->> 'source' = 'tap'), 3::bigint,
          'each move is announced');
select throws_ok($$select pg_temp.advance(null, null, null)$$, 'TB001', null, 'a move says something');
select throws_ok($$select pg_temp.advance(now(), null, null, util.uuid_v7())$$, 'TB002', null, 'a batch that is named exists');
select throws_ok($$select * from market.fn_advance_cursor('tap', 'nothing', null, null, now(), null, null, null)$$, 'TB002', null, 'and the stream');

select * from finish();
rollback;
