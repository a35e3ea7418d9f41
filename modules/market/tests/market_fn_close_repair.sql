begin;
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
create table market.agg_trades_tap partition of market.agg_trades for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
create table market.trades_tap partition of market.trades for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
-- no event for market.agg_trades: written directly, what batches do is not the subject
-- no event for market.trades: as above
create function pg_temp.put(p_ids bigint[]) returns void language sql as $$
    insert into market.agg_trades (instrument_id, agg_trade_id, trade_time, price, quantity, first_trade_id, last_trade_id, batch_id)
        select s.instrument_id, t.id, '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => t.id), 1, 1, 2 * t.id, 2 * t.id + 1, s.instrument_id
          from series s, unnest(p_ids) as t(id);
    insert into market.trades (instrument_id, trade_id, trade_time, price, quantity, batch_id)
        select s.instrument_id, t.id, '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => t.id), 1, 1, s.instrument_id
          from series s, unnest(p_ids) as t(id);
$$;
create function pg_temp.repair(p_no integer) returns uuid language sql immutable as $$ select ('00000000-0000-7000-8000-0000000002' || lpad(p_no::text, 2, '0'))::uuid $$;
create function pg_temp.open(p_no integer, p_from_id bigint, p_to_id bigint, p_stream text default 'agg_trades') returns text language sql as $$
    select concat_ws(' ', o.outcome, right(o.repair_id::text, 2), o.conflict_field)
      from series s, market.fn_open_repair(pg_temp.repair(p_no), p_stream, s.instrument_id, p_from_id, p_to_id,
               '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => p_from_id - 1),
               '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => p_to_id + 1)) o
$$;
create function pg_temp.close(p_no integer, p_status text, p_reason text default null) returns text language sql as $$
    select concat_ws(' ', c.outcome, c.conflict_field) from market.fn_close_repair(pg_temp.repair(p_no), p_status, p_reason) c
$$;
create function pg_temp.repairs(p_status text default 'open') returns setof text language sql as $$
    select format('%s %s-%s %s', r.stream, r.from_id, r.to_id, r.missing) from market.fn_repairs(p_status) r where r.venue = 'tap_venue'
$$;

-- A repair ends when what was missing is there, or with a reason.
select plan(13);
select pg_temp.put('{1,2,5,6,9}');
select is(array[pg_temp.open(1, 3, 4), pg_temp.open(2, 7, 8)], '{created 01,created 02}', 'two are open');
select throws_ok($$select pg_temp.close(1, 'filled')$$, 'TB004', null, 'nothing is filled yet');
select pg_temp.put('{4}');
select results_eq('select pg_temp.repairs()', array['agg_trades 3-4 1', 'agg_trades 7-8 2'], 'half of one is there');
select throws_ok($$select pg_temp.close(1, 'filled')$$, 'TB004', null, 'half is not all');
select pg_temp.put('{3}');
select is(pg_temp.close(1, 'filled'), 'created', 'all is');
select is((select count(*) from bus.domain_events where event_type = 'market.repair_closed'), 1::bigint, 'one event says so');
select is(pg_temp.close(1, 'filled'), 'replayed', 'again changes nothing');
select is(pg_temp.close(1, 'abandoned', 'x'), 'conflict status', 'what is filled is not given up');
select is(pg_temp.close(2, 'abandoned', 'the venue has lost them'), 'created', 'what nobody has is given up');
select is(pg_temp.close(2, 'abandoned', 'other'), 'conflict reason', 'for one reason');
select is(pg_temp.open(3, 7, 8), 'created 03', 'and may be tried once more');
select throws_ok($$select pg_temp.close(3, 'abandoned')$$, 'TB001', null, 'giving up takes a reason');
select throws_ok($$select pg_temp.close(9, 'filled')$$, 'TB002', null, 'an unknown repair');

select * from finish();
rollback;
