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

-- Holes in ids are found, and what is to be filled is said once.
select plan(18);
select pg_temp.put('{1,2,5,6,7,11}');
select results_eq($$select h.from_id, h.to_id, h.missing, extract(epoch from h.before_time)::bigint % 60, extract(epoch from h.after_time)::bigint % 60, h.trades_missing
                      from series s, market.fn_id_holes('agg_trades', s.instrument_id) h$$,
    $$values (3::bigint, 4::bigint, 2::bigint, 2::bigint, 5::bigint, 4::bigint), (8, 10, 3, 7, 11, 6)$$, 'holes, what stands around them, and the trades in them');
select results_eq($$select h.from_id, h.to_id, h.trades_missing from series s, market.fn_id_holes('trades', s.instrument_id) h$$,
    $$values (3::bigint, 4::bigint, 2::bigint), (8, 10, 3)$$, 'of single trades as well');
select results_eq($$select h.from_id from series s, market.fn_id_holes('agg_trades', s.instrument_id, '2020-01-01 00:00:05+00', '2020-01-01 00:00:12+00') h$$,
    $$values (8::bigint)$$, 'in a range');
select throws_ok($$select market.fn_id_holes('klines', (select instrument_id from series))$$, 'TB001', null, 'candles have no ids');
select throws_ok($$select market.fn_id_holes('trades', null)$$, 'TB001', null, 'ids are of an instrument');
select is_empty($$select b.* from series s, market.fn_trade_breaks(s.instrument_id) b$$, 'a hole is not a break');
update market.agg_trades set first_trade_id = 13, last_trade_id = 13 where agg_trade_id = 6;
select results_eq($$select b.agg_trade_id, b.trade_id_before, b.first_trade_id from series s, market.fn_trade_breaks(s.instrument_id) b$$,
    $$values (6::bigint, 11::bigint, 13::bigint)$$, 'rows that follow each other while their trades do not are');

select is(pg_temp.open(1, 3, 4), 'created 01', 'a repair is opened');
select is((select count(*) from bus.domain_events where event_type = 'market.repair_opened'), 1::bigint, 'one event says so');
select is(pg_temp.open(1, 3, 4), 'replayed 01', 'again changes nothing');
select is(pg_temp.open(1, 8, 10), 'conflict 01 from_id', 'its identity stays with its hole');
select is(pg_temp.open(2, 3, 4), 'replayed 01', 'nor is there a second repair of one hole');
select is(pg_temp.open(2, 4, 4), 'replayed 01', 'or of a part of it');
select is(pg_temp.open(2, 3, 4, 'trades'), 'created 02', 'another stream has its own');
select throws_ok($$select pg_temp.open(3, 3, 5)$$, 'TB004', null, 'what is there is no hole');
select throws_ok($$select pg_temp.open(3, 5, 4)$$, 'TB001', null, 'ids in the wrong order');
select throws_ok($$select market.fn_open_repair(util.uuid_v7(), 'trades', util.uuid_v7(), 1, 1, now(), now())$$, 'TB002', null, 'an unknown instrument');
select results_eq('select pg_temp.repairs()', array['agg_trades 3-4 2', 'trades 3-4 2'], 'what is open is listed with what is missing');

select * from finish();
rollback;
