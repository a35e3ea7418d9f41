begin;
select plan(98);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('eth'), 'tap', 'ETHUSDT', 'perp', 'BNB', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
end
$$;
create function pg_temp.open(p_name text) returns void language sql as $$
    select trading.fn_open_account(pg_temp.u(p_name), p_name, 'tap', 'USDT', 'paper', 'netting', 1000)
$$;
create function pg_temp.order(p_account text, p_order text, p_instrument text, p_side text, p_qty numeric, p_price numeric) returns void language sql as $$
    select trading.fn_submit_order(pg_temp.u(p_account), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, 'limit', p_qty, p_price, null, 'gtc',
                                   p_submitted_at => '2024-01-01Z')
$$;
create function pg_temp.event(p_account text, p_order text, p_event text) returns void language sql as $$
    select trading.fn_record_order_event(pg_temp.u(p_account), pg_temp.u(p_order), pg_temp.u(p_order || p_event), p_event,
        case when p_event = 'acknowledge' then 'X ' || p_order end, null, '2024-01-01Z', case when p_event = 'replace_request' then 3 end)
$$;
create function pg_temp.fill(p_account text, p_fill text, p_order text, p_instrument text, p_side text, p_qty numeric, p_price numeric,
                             p_at timestamptz default '2024-01-01Z') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field)
      from trading.fn_record_fill(pg_temp.u(p_account), pg_temp.u(p_fill), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, p_qty, p_price, 0, null,
                                  null, p_fill, p_filled_at => p_at) as r
$$;
create function pg_temp.rec(p_account text, p_state jsonb, p_apply boolean default true, p_id text default null, p_cash boolean default false,
                            p_as_of timestamptz default '2024-01-02Z') returns text language sql as $$
    select string_agg(concat_ws(' ', r.outcome, r.kind, r.field, r.book_value || ' →', r.venue_value, r.action, r.result, r.conflict_field), '; '
                      order by r.idx)
      from trading.fn_reconcile(pg_temp.u(p_account), pg_temp.u(coalesce(p_id, md5(p_state::text))), p_state, p_as_of, p_apply, p_cash) as r
$$;
create function pg_temp.positions(p_account text) returns text language sql as $$
    select string_agg(concat_ws(' ', p.symbol, p.qty, '@', p.avg_price, 'made', p.realized_pnl), ', ' order by p.symbol)
      from trading.fn_positions(pg_temp.u(p_account)) as p
$$;
create function pg_temp.status(p_account text, p_order text) returns text language sql as $$
    select concat_ws(' ', o.status, o.cum_qty, case when o.outcome_unknown then 'in doubt' end)
      from trading.orders as o where o.account_id = pg_temp.u(p_account) and o.order_id = pg_temp.u(p_order)
$$;
-- Every row of the book, events and the audit log, as it is now.
create function pg_temp.book() returns text language plpgsql as $$
declare
    v_table regclass;
    v_hash text;
    v_all text := '';
begin
    for v_table in select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
                    where c.relkind in ('r', 'p') and n.nspname in ('trading', 'bus', 'audit') order by c.oid::regclass::text loop
        execute format('select md5(string_agg(t::text || xmin, '','' order by t::text)) from %s as t', v_table) into v_hash;
        v_all := v_all || v_table || v_hash;
    end loop;
    return md5(v_all);
end
$$;
create temporary table kept (name text, book text);

-- Fills: recorded once, under the venue's identity.
select pg_temp.open('f');
select pg_temp.order('f', 'f1', 'perp', 'buy', 10, 100);
select pg_temp.fill('f', 'T1', 'f1', 'perp', 'buy', 2, 100);
insert into kept select 'fills', pg_temp.book();
select is(pg_temp.rec('f', '{"fills": [{"venue_trade_id": "T1", "order_id": "7b5e6cc0-0000-0000-0000-000000000000", "symbol": "BTCUSDT", "kind": "perp", "side": "buy",
                                        "qty": 2, "price": 100, "filled_at": "2024-01-01Z"}]}'), null, 'what the book has is no difference');
create temporary table state as
select jsonb_build_object('fills', jsonb_build_array(
    jsonb_build_object('venue_trade_id', 'T1', 'order_id', pg_temp.u('f1'), 'instrument_id', pg_temp.u('perp'), 'side', 'buy', 'qty', '2.0', 'price', 100,
                       'filled_at', '2024-01-01Z'),
    jsonb_build_object('venue_trade_id', 'T2', 'order_id', pg_temp.u('f1'), 'instrument_id', pg_temp.u('perp'), 'side', 'buy', 'qty', '3.5', 'price', '101.25',
                       'fee', '0.1', 'fee_currency', 'USDT', 'filled_at', '2024-01-01T01:00Z'),
    jsonb_build_object('venue_trade_id', 'T3', 'exchange_order_id', 'Y1', 'symbol', 'ETHUSDT', 'side', 'sell', 'qty', 4, 'price', 10,
                       'filled_at', '2024-01-01T02:00Z'))) as fills;
select is(pg_temp.rec('f', s.fills, false), 'proposed fill row buy 3.5 @ 101.25 record_fill proposed; proposed fill row sell 4 @ 10 record_fill proposed',
    'a dry run says what is missing') from state as s;
select is(pg_temp.book(), (select k.book from kept as k where k.name = 'fills'), 'and writes nothing');
select is(pg_temp.rec('f', s.fills), 'created fill row buy 3.5 @ 101.25 record_fill done; created fill row sell 4 @ 10 record_fill done', 'applied') from state as s;
select is(pg_temp.positions('f'), 'BTCUSDT 5.5 @ 100.795454545454545455 made -0.1, ETHUSDT -4 @ 10 made 0', 'the positions have them');
select is(pg_temp.status('f', 'f1'), 'partially_filled 5.5', 'so has the order');
select is((select string_agg(f.flags::text, ' ' order by f.filled_at) from trading.fills as f where f.account_id = pg_temp.u('f')), '{} {} {orphan}',
    'they are fills like all others');
insert into kept select 'again', pg_temp.book();
select is(pg_temp.rec('f', s.fills, p_id => 'other'), null, 'a second run finds nothing') from state as s;
select is(pg_temp.rec('f', s.fills), 'replayed fill row buy 3.5 @ 101.25 record_fill done; replayed fill row sell 4 @ 10 record_fill done',
    'the same run again is answered as the first time') from state as s;
select is(pg_temp.rec('f', s.fills, p_as_of => '2024-01-03Z'), 'conflict as_of', 'another moment is a conflict') from state as s;
select is(pg_temp.rec('f', s.fills, p_cash => true), 'conflict book_cash', 'another wish') from state as s;
select is(pg_temp.rec('f', '{"fills": []}', p_id => md5(s.fills::text)), 'conflict venue_state', 'another state') from state as s;
select is(pg_temp.book(), (select k.book from kept as k where k.name = 'again'), 'none of them wrote a thing');
select is(pg_temp.fill('f', 'T2', 'f1', 'perp', 'buy', 3.5, 101.25), 'conflict fee', 'a late arrival that differs is a conflict');
select is((select r.outcome from trading.fn_record_fill(pg_temp.u('f'), pg_temp.u('own id'), pg_temp.u('f1'), pg_temp.u('perp'), 'buy', 3.5, 101.25, 0.1, 'USDT',
                                                        'taker', 'T2', p_filled_at => '2024-01-01T01:00Z') as r), 'replayed', 'one that is the same is a replay');
select is(pg_temp.rec('f', jsonb_set(s.fills, '{fills,0,qty}', '"2.5"')), 'unchanged fill qty buy 2 @ 100 → buy 2.5 @ 100 needs_decision',
    'a contradiction is shown, and left to a correction') from state as s;

-- Positions: V-C1.
select pg_temp.open('p');
select pg_temp.order('p', 'p1', 'perp', 'buy', 10, 100);
select pg_temp.fill('p', 'P1', 'p1', 'perp', 'buy', 10, 100);
select is(pg_temp.rec('p', '{"positions": null, "fills": []}'), null, 'a query that failed is not flat');
select is(pg_temp.rec('p', '{"positions": [], "fills": null}'), 'unchanged position qty 10 @ 100 → 0 needs_evidence', 'nothing is made up for fills that are not known');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 10, "avg_price": "100.005"}]}'), null, 'nearly the same average');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 10, "avg_price": "101"}], "fills": []}'),
    'unchanged position avg_price 10 @ 100 → 10 @ 101 needs_decision', 'no fill changes an average alone');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 20, "avg_price": "50"}], "fills": []}'),
    'unchanged position qty 10 @ 100 → 20 @ 50 needs_decision', 'nor at a price of nothing');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 15, "avg_price": 102}], "fills": []}', p_as_of => '2023-12-31Z'),
    'unchanged position qty 10 @ 100 → 15 @ 102 needs_evidence', 'a state that is older than the book decides nothing');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 15, "avg_price": 102}], "fills": []}'),
    'created position qty 10 @ 100 → 15 @ 102 adjust_position done', 'a fill leads to the venue''s position');
select is(pg_temp.positions('p'), 'BTCUSDT 15 @ 102 made 0', 'and realises nothing');
select is((select (f.side, f.qty, f.price, f.fee, f.flags, o.origin, o.status, o.is_open)::text
             from trading.fills as f join trading.orders as o on o.account_id = f.account_id and o.order_id = f.order_id
            where f.account_id = pg_temp.u('p') and f.venue_trade_id is null), '(buy,5,106,0,"{orphan,reconciled}",external,filled,f)',
    'it is flagged, and of an external order of its own that is done');
select is((select f.fill_id from trading.fills as f where f.account_id = pg_temp.u('p') and f.venue_trade_id is null),
    util.uuid_from_name(pg_temp.u('p'), '["tap", "BTCUSDT", "perp", "fill of position", "", "1", "5", "106"]'), 'its id comes from its name');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 15, "avg_price": 102}], "fills": []}', p_id => 'again'), null,
    'a second run finds nothing');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 6, "avg_price": 102}], "fills": []}'),
    'created position qty 15 @ 102 → 6 @ 102 adjust_position done', 'a reduction');
select is(pg_temp.positions('p'), 'BTCUSDT 6 @ 102 made 0', 'at the average');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": -6, "avg_price": 103}], "fills": []}'),
    'created position qty 6 @ 102 → -6 @ 103 adjust_position done', 'a flip');
select is(pg_temp.positions('p'), 'BTCUSDT -6 @ 103 made 6', 'at the venue''s average');
select is(pg_temp.rec('p', '{"positions": [], "fills": []}'), 'created position qty -6 @ 103 → 0 adjust_position done', 'what a known section does not list is flat');
select is(pg_temp.positions('p'), null, 'so it is');
select pg_temp.fill('p', 'P2', 'p2', 'inverse', 'buy', 100, 10000);
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSD", "qty": 200, "avg_price": 12500}], "fills": []}'),
    'created position qty 100 @ 10000 → 200 @ 12500 adjust_position done', 'an inverse contract');
select is(pg_temp.positions('p'), 'BTCUSD 200 @ 12500 made 0', 'has the venue''s average');
select pg_temp.fill('p', 'P3', 'p3', 'spot', 'buy', 1, 100);
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSD", "qty": 200}], "fills": []}'), null, 'spot that is not listed is not flat: it is a balance');
select is(pg_temp.rec('p', '{"positions": [{"symbol": "BTCUSD", "qty": 250}], "fills": []}'),
    'unchanged position qty 200 @ 12500 → 250 needs_decision', 'an increase needs an average');

-- V-C2: a window of fills that begins after the position did.
select pg_temp.open('w');
select is(pg_temp.rec('w', '{"fills": [{"venue_trade_id": "W1", "symbol": "ETHUSDT", "side": "buy", "qty": "0.02", "price": 4200, "filled_at": "2024-01-01Z"}],
                             "positions": [{"symbol": "ETHUSDT", "qty": "0.04", "avg_price": 4100}]}'),
    'created fill row buy 0.02 @ 4200 record_fill done; created position qty 0.02 @ 4200 → 0.04 @ 4100 adjust_position done', 'an opening fill');
select is((select f.price::text from trading.fills as f where f.account_id = pg_temp.u('w') and 'reconciled' = any (f.flags)), '4000', 'at what came before');
select is(pg_temp.positions('w'), 'ETHUSDT 0.04 @ 4100 made 0', 'leads to the venue''s position');

-- A fill that comes in after one that stands for it.
select pg_temp.open('l');
select is(pg_temp.rec('l', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 5, "avg_price": 10}]}'),
    'created position qty 0 → 5 @ 10 adjust_position done', 'made up');
select is(pg_temp.fill('l', 'L1', 'l1', 'eth', 'buy', 3, 11, '2024-01-01Z'), 'created', 'a part of it comes in');
select is(pg_temp.positions('l'), 'ETHUSDT 8 @ 10.375 made 0', 'and counts twice until the next run');
select is(pg_temp.rec('l', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 5, "avg_price": 10}]}', p_as_of => '2024-01-03Z', p_id => 'l2'),
    'created fill busted buy 5 @ 10 → bust_fill done; created position qty 3 @ 11 → 5 @ 10 adjust_position done', 'which takes back the one and makes up the rest');
select is(pg_temp.positions('l'), 'ETHUSDT 5 @ 10 made 0', 'the position is right again');
select is(pg_temp.rec('l', '{"fills": [{"venue_trade_id": "L1", "symbol": "ETHUSDT", "side": "buy", "qty": 3, "price": 11, "filled_at": "2024-01-01Z"},
                                      {"venue_trade_id": "L2", "symbol": "ETHUSDT", "side": "buy", "qty": 2, "price": "8.5", "filled_at": "2024-01-01Z"}],
                            "positions": [{"symbol": "ETHUSDT", "qty": 5, "avg_price": 10}]}', p_as_of => '2024-01-04Z'),
    'created fill row buy 2 @ 8.5 record_fill done; created fill busted buy 2 @ 8.5 → bust_fill done', 'the rest comes in with the venue''s fills');
select is(pg_temp.positions('l'), 'ETHUSDT 5 @ 10 made 0', 'still right');
select is(pg_temp.fill('l', 'L3', 'l3', 'eth', 'buy', 1, 10, '2024-01-05Z'), 'created', 'a fill that is later than what was made up');
select is(pg_temp.rec('l', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 4, "avg_price": 10}]}', p_as_of => '2024-01-06Z'),
    'created position qty 6 @ 10 → 4 @ 10 adjust_position done', 'takes nothing back');

-- Orders.
select pg_temp.open('o');
select pg_temp.order('o', 'o' || n, 'perp', 'buy', 10, 100) from generate_series(1, 12) as n;
select pg_temp.event('o', 'o' || n, 'acknowledge') from generate_series(2, 11) as n;
select pg_temp.event('o', 'o4', 'cancel_request'), pg_temp.event('o', 'o5', 'cancel_request'), pg_temp.event('o', 'o5', 'outcome_unknown');
select pg_temp.event('o', 'o6', 'replace_request'), pg_temp.event('o', 'o12', 'outcome_unknown');
select pg_temp.event('o', 'o7', 'cancel');
select pg_temp.fill('o', 'O8', 'o8', 'perp', 'buy', 4, 100);
create function pg_temp.asked(p_order text, p_status text, p_filled numeric default null, p_avg numeric default null) returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('order_id', pg_temp.u(p_order), 'status', p_status, 'filled_qty', p_filled, 'avg_price', p_avg))
$$;
create function pg_temp.listed(p_order text, p_qty numeric, p_price numeric, p_number text default null) returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('order_id', case when p_number is null then pg_temp.u(p_order) end, 'exchange_order_id', p_number,
        'instrument_id', pg_temp.u('perp'), 'side', 'buy', 'type', 'limit', 'qty', p_qty, 'price', p_price))
$$;
insert into kept select 'orders', pg_temp.book();
select is(pg_temp.rec('o', '{"open_orders": []}'),
    (select string_agg(format('unchanged order status %s → not listed needs_evidence', o.status), '; ' order by o.order_id)
       from trading.orders as o where o.account_id = pg_temp.u('o') and o.order_id <> pg_temp.u('o7')), 'orders that are not listed are not gone');
select is(pg_temp.book(), (select k.book from kept as k where k.name = 'orders'), 'nothing is written for it');
select is(pg_temp.rec('o', '{"open_orders": []}', p_as_of => '2023-12-31Z'), null, 'nor asked about orders that are younger than the list');
select is(pg_temp.rec('o', jsonb_build_object('open_orders', jsonb_build_array(
        pg_temp.listed('o1', 10, 100), pg_temp.listed('o2', 8, 101), pg_temp.listed('o4', 10, 100), pg_temp.listed('o6', 3, 100),
        pg_temp.listed('o7', 10, 100), pg_temp.listed('o3', 10, 100, 'X o3'), pg_temp.listed('none', 2, 99, 'Z1'), pg_temp.listed('o12', 10, 100)),
    'orders_queried', jsonb_build_array(
        pg_temp.asked('o5', 'not_found'), pg_temp.asked('o8', 'canceled'), pg_temp.asked('o9', 'expired'), pg_temp.asked('o10', 'rejected'),
        pg_temp.asked('o11', 'not_found')))),
    (select string_agg('created order ' || w.says, '; ' order by w.phase, w.order_id)
       from (values (1, 'o5', 'status pending_cancel → not_found needs_evidence'), (1, 'o8', 'status partially_filled → canceled cancel done'),
                    (1, 'o9', 'status accepted → expired expire done'), (1, 'o10', 'status accepted → rejected reject done'),
                    (1, 'o11', 'status accepted → not_found cancel done'), (2, 'o1', 'status submitted → open acknowledge done'),
                    (2, 'o2', 'terms 10 @ 100 → 8 @ 101 replace done'), (2, 'o6', 'terms 10 @ 100 → 3 @ 100 replace done'),
                    (2, 'o7', 'status canceled → open needs_decision'), (2, 'Z1', 'row buy limit 2 @ 99 import_order done'),
                    (2, 'o12', 'status submitted → open acknowledge done')) as v (phase, name, says)
      cross join lateral (select case v.name when 'Z1' then util.uuid_from_name(pg_temp.u('o'), '["tap", "BTCUSDT", "perp", "order", "Z1"]')
                                             else pg_temp.u(v.name) end, v.phase, v.says) as w (order_id, phase, says)),
    'evidence moves orders by their own events');
select is((select string_agg(n || ' ' || pg_temp.status('o', 'o' || n), ', ' order by n) from generate_series(1, 12) as n),
    '1 accepted 0, 2 accepted 0, 3 accepted 0, 4 pending_cancel 0, 5 pending_cancel 0 in doubt, 6 accepted 0, 7 canceled 0, 8 canceled 4, 9 expired 0, '
    '10 rejected 0, 11 canceled 0, 12 accepted 0', 'where they stand');
select is((select (o.origin, o.type, o.qty, o.price, o.exchange_order_id, o.status)::text
             from trading.orders as o where o.account_id = pg_temp.u('o') and o.exchange_order_id = 'Z1'), '(external,limit,2,99,Z1,accepted)', 'the imported one');
select is(pg_temp.rec('o', jsonb_build_object('orders_queried', jsonb_build_array(pg_temp.asked('o4', 'not_found'), pg_temp.asked('o1', 'not_found')))),
    (select string_agg('created order status ' || v.says, '; ' order by pg_temp.u(v.name))
       from (values ('o4', 'pending_cancel → not_found outcome_unknown done'), ('o1', 'accepted → not_found cancel done')) as v (name, says)),
    'a pending request of an order that is not found is in doubt');

-- What was filled of an order, without its fills.
select pg_temp.open('q');
select pg_temp.order('q', 'q' || n, 'perp', 'buy', 10, 100) from generate_series(1, 3) as n;
select pg_temp.event('q', 'q' || n, 'acknowledge') from generate_series(1, 3) as n;
select pg_temp.event('q', 'q2', 'cancel_request');
select pg_temp.fill('q', 'Q1', 'q1', 'perp', 'buy', 4, 100);
select is(pg_temp.rec('q', jsonb_build_object('orders_queried', jsonb_build_array(pg_temp.asked('q1', 'filled', 10, 97)))),
    'unchanged order filled_qty 4 → 10 needs_evidence', 'fills that are not known are not made up');
select is(pg_temp.rec('q', jsonb_build_object('fills', '[]'::jsonb, 'orders_queried', jsonb_build_array(pg_temp.asked('q1', 'filled', 10, 97), pg_temp.asked('q2', 'filled', 10, 90)))),
    (select string_agg('created order ' || v.says, '; ' order by pg_temp.u(v.name))
       from (values ('q1', 'filled_qty 4 → 10 infer_fill done'), ('q2', 'filled_qty 0 → 10 infer_fill done; created order status pending_cancel → filled cancel_reject done'))
            as v (name, says)), 'those that the venue does not have are');
select is((select string_agg(concat_ws(' ', f.qty, f.price, f.flags), ', ' order by f.price) from trading.fills as f
            where f.account_id = pg_temp.u('q') and f.venue_trade_id is null), '10 90 {reconciled}, 6 95 {reconciled}', 'at the price that leads to its average');
select is(concat_ws(', ', pg_temp.status('q', 'q1'), pg_temp.status('q', 'q2')), 'filled 10, filled 10', 'both are filled');
select is(pg_temp.fill('q', 'Q2', 'q1', 'perp', 'buy', 5, 96, '2024-01-01Z'), 'created', 'one of them comes in');
select is(pg_temp.rec('q', jsonb_build_object('fills', '[]'::jsonb, 'orders_queried', jsonb_build_array(pg_temp.asked('q1', 'filled', 10, 97))), p_as_of => '2024-01-03Z'),
    'created fill busted buy 6 @ 95 → bust_fill done; created order filled_qty 15 → 10 infer_fill done', 'its order is made right');
select is((select string_agg(concat_ws(' ', t.qty, t.price), ', ' order by t.position_version) from trading.trades as t
            where t.account_id = pg_temp.u('q') and t.order_id = pg_temp.u('q1')), '4 100, 5 96, 1 90', 'with what is left');
select is(pg_temp.fill('q', 'Q3', 'q1', 'perp', 'buy', 1, 90, '2024-01-01Z'), 'created', 'the last one comes in');
select is(pg_temp.rec('q', '{"fills": [], "positions": [{"symbol": "BTCUSDT", "kind": "perp", "qty": 20, "avg_price": "93.5"}]}', p_as_of => '2024-01-04Z'),
    'created fill busted buy 1 @ 90 → bust_fill done', 'and the position, too, tells it');
select is(pg_temp.status('q', 'q1'), 'filled 10', 'the order is as it should be');
select is(pg_temp.rec('q', '{"fills": [{"venue_trade_id": "Q9", "exchange_order_id": "gone", "symbol": "ETHUSDT", "side": "buy", "qty": 2, "price": 5, "filled_at": "2024-01-01Z"}],
                             "orders_queried": [{"exchange_order_id": "gone", "symbol": "ETHUSDT", "status": "filled"}]}'),
    'created fill row buy 2 @ 5 record_fill done; created order status partially_filled → filled replace done', 'an order that is known by its fills alone is closed by what the venue says');
select is((select (o.origin, o.status, o.working_qty, o.is_open)::text from trading.orders as o where o.account_id = pg_temp.u('q') and o.instrument_id = pg_temp.u('eth')),
    '(external,filled,2,f)', 'so much was its quantity');

-- Balances.
select pg_temp.open('b');
select is(pg_temp.rec('b', '{"balances": [{"currency": "USDT", "balance": 990}]}'), 'unchanged cash balance 1000 → 990 needs_decision', 'a balance that differs is shown');
select is(pg_temp.rec('b', '{"fills": [{"venue_trade_id": "B1", "symbol": "BTCUSDT", "kind": "spot", "side": "buy", "qty": 2, "price": 100, "fee": "0.5", "fee_currency": "BNB", "filled_at": "2024-01-01Z"}],
                            "balances": [{"currency": "USDT", "balance": 800}, {"currency": "BTC", "balance": "2.5"}, {"currency": "BNB", "balance": "-0.5"}]}', p_cash => true),
    'created fill row buy 2 @ 100 record_fill done; created cash balance 2 → 2.5 record_cash done', 'with its fills, and booked when asked for');
select is((select string_agg(c.currency || ' ' || c.balance, ', ' order by c.currency) from trading.fn_cash(pg_temp.u('b')) as c), 'BNB -0.5, BTC 2.5, USDT 800', 'the book has the venue''s');
select is((select (c.kind, c.amount, c.occurred_at = '2024-01-02Z', c.reason)::text from trading.cash_entries as c where c.account_id = pg_temp.u('b')),
    '(adjustment,0.5,t,"reconciled with the venue''s balance")', 'as an adjustment');
select is(pg_temp.rec('b', '{"fills": null, "balances": []}', p_cash => true),
    'unchanged cash balance -0.5 → 0 needs_evidence; unchanged cash balance 2.5 → 0 needs_evidence; unchanged cash balance 800 → 0 needs_evidence',
    'never while fills are not known');

-- One run, kept and told.
select is((select (r.sections, r.differences, r.adjustments, r.undecided, r.book_cash)::text from trading.reconcile_runs as r where r.account_id = pg_temp.u('b')),
    '("{balances,fills}",2,2,0,t)', 'a run is kept');
select is((select e.payload ->> 'state_hash' from bus.domain_events as e where e.account_id = pg_temp.u('b') and e.event_type = 'trading.account_reconciled'),
    (select encode(r.state_hash, 'hex') from trading.reconcile_runs as r where r.account_id = pg_temp.u('b')), 'and told');
select is((select count(*) from bus.domain_events as e
            where e.account_id = pg_temp.u('b') and e.event_type in ('trading.fill_recorded', 'trading.cash_recorded')), 2::bigint, 'with what it did');

-- Several positions of one instrument, and hedging.
select trading.fn_record_fill(pg_temp.u('b'), pg_temp.u('k' || k), pg_temp.u('ko' || k), pg_temp.u('eth'), 'buy', k, 10, 0, null, null, null,
                              p_position_key => 'k' || k, p_filled_at => '2024-01-01Z') from generate_series(1, 2) as k;
select is(pg_temp.rec('b', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 3, "avg_price": 9}]}'), null, 'positions of several keys are compared by their sum');
select is(pg_temp.rec('b', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 4, "avg_price": 10}]}'), 'unchanged position qty 3 → 4 needs_decision', 'whose a difference is, is not known');
select is(pg_temp.rec('b', '{"fills": [], "positions": [{"symbol": "ETHUSDT", "qty": 1, "avg_price": 10, "position_key": "k1"}]}'),
    'created position qty 2 @ 10 → 0 adjust_position done', 'unless keys are said');
select throws_ok($$ select pg_temp.rec('h', '{"fills": [{"venue_trade_id": "H1", "symbol": "ETHUSDT", "side": "buy", "qty": 2, "price": 5, "filled_at": "2024-01-01Z"}]}')
                      from trading.fn_open_account(pg_temp.u('h'), 'h', 'tap', 'USDT', 'paper', 'hedging', 0) $$, 'TB001', null, 'a hedging account needs keys');

-- Malformed arguments.
select throws_ok(format($$ select pg_temp.rec('b', %L) $$, s.state), s.code, s.message, s.message)
  from (values
    ('[]', 'TB001', 'argument p_venue_state is no object'),
    ('{}', 'TB001', 'argument p_venue_state has no section that is known'),
    ('{"positions": null}', 'TB001', 'argument p_venue_state has no section that is known'),
    ('{"position": []}', 'TB001', 'argument p_venue_state has position, which is no section'),
    ('{"positions": {}}', 'TB001', 'argument p_venue_state: positions is no array of at most 10000 entries'),
    ('{"positions": [1]}', 'TB001', 'argument p_venue_state, entry 1 of positions: is no object'),
    ('{"positions": [{"symbol": "ETHUSDT", "qyt": 1}]}', 'TB001', 'argument p_venue_state, entry 1 of positions: has qyt, which is not known'),
    ('{"positions": [{"symbol": "ETHUSDT", "qty": "one"}]}', 'TB001',
     'argument p_venue_state, entry 1 of positions: invalid input syntax for type numeric: "one"'),
    ('{"positions": [{"symbol": "ETHUSDT"}]}', 'TB001', 'argument p_venue_state, entry 1 of positions: argument qty is null, which is not an amount'),
    ('{"positions": [{"symbol": "BTCUSDT", "qty": 1}]}', 'TB001', 'argument p_venue_state, entry 1 of positions: 2 instruments are BTCUSDT'),
    ('{"positions": [{"symbol": "NONE", "qty": 1}]}', 'TB002', 'argument p_venue_state, entry 1 of positions: 0 instruments are NONE'),
    ('{"positions": [{"qty": 1}]}', 'TB001', 'argument p_venue_state, entry 1 of positions: names no instrument'),
    ('{"positions": [{"symbol": "ETHUSDT", "qty": 1}, {"symbol": "ETHUSDT", "qty": 2}]}', 'TB001', 'argument p_venue_state, entry 2 of positions: is told twice'),
    ('{"balances": [{"currency": "NONE", "balance": 1}]}', 'TB002', 'argument p_venue_state, entry 1 of balances: currency is ''NONE'', which is not a registered currency'),
    ('{"fills": [{"symbol": "ETHUSDT", "side": "buy", "qty": 1, "price": 1, "filled_at": "2024-01-01Z"}]}', 'TB001',
     'argument p_venue_state, entry 1 of fills: has neither fill_id nor venue_trade_id'),
    ('{"orders_queried": [{"order_id": "018f0000-0000-7000-8000-000000000001", "status": "closed"}]}', 'TB001',
     'argument p_venue_state, entry 1 of orders_queried: argument status is ''closed'', which is not one of its values'),
    ('{"open_orders": [{"symbol": "ETHUSDT", "side": "buy", "type": "limit", "qty": 1, "price": 1}]}', 'TB001',
     'argument p_venue_state, entry 1 of open_orders: has neither order_id nor exchange_order_id')) as s (state, code, message);
select throws_ok($$ select pg_temp.rec('b', '{"fills": []}', p_as_of => null) $$, 'TB001', null, 'no moment');

select * from finish();
rollback;
