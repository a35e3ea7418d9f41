begin;
select plan(48);

-- Published scripts of what a venue reports and what an order is then: quantity in force, filled, left, and beyond.
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 0);
end
$$;

-- How an order looks: status, quantity in force, filled, left, beyond.
create function pg_temp.look(p_order text) returns text language sql as $$
    select concat_ws(' ', o.status, o.qty, o.cum_qty, o.leaves_qty, nullif('over ' || o.overfill_qty, 'over 0'))
      from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u(p_order)) as o
$$;
create function pg_temp.submit(p_order text, p_qty numeric, p_price numeric default 50) returns text language plpgsql as $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', p_qty, p_price, null, 'gtc');
    perform trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('ack ' || p_order), null, now());
    return pg_temp.look(p_order);
end
$$;
create function pg_temp.fill(p_order text, p_fill text, p_qty numeric, p_price numeric default 50) returns text language plpgsql as $$
begin
    perform trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_order || p_fill), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', p_qty,
                                   p_price, 0, null, null, null, p_filled_at => now());
    return pg_temp.look(p_order);
end
$$;
-- An event; the answer comes before the look when it is not created.
create function pg_temp.event(p_order text, p_event text, p_qty numeric default null, p_price numeric default null) returns text
language plpgsql as $$
declare
    v_outcome text;
begin
    select nullif(concat_ws(' ', r.outcome, r.refusal_code), 'created') into v_outcome
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), gen_random_uuid(), p_event, null, null, now(), p_qty,
                                         p_price) as r;
    return concat_ws(': ', v_outcome, pg_temp.look(p_order));
end
$$;

-- More is filled than was asked for: it is money that moved, so it is kept and named.
select is(pg_temp.submit('O1', 100000), 'accepted 100000 0 100000', 'V-O1: an order of 100,000');
select is(pg_temp.fill('O1', '1', 110000), 'filled 100000 110000 0 over 10000', 'V-O1: one fill of 110,000');
select is(pg_temp.submit('O2', 100000), 'accepted 100000 0 100000', 'V-O2: an order of 100,000');
select is(pg_temp.fill('O2', '1', 80000), 'partially_filled 100000 80000 20000', 'V-O2: 80,000 leave 20,000');
select is(pg_temp.fill('O2', '2', 30000), 'filled 100000 110000 0 over 10000', 'V-O2: 30,000 more are 10,000 too many');
select is(pg_temp.submit('O3', 2450.5), 'accepted 2450.5 0 2450.5', 'V-O3: an order of 2450.5');
select is(pg_temp.fill('O3', '1', 1202.5), 'partially_filled 2450.5 1202.5 1248', 'V-O3: 1202.5 leave 1248');
select is(pg_temp.fill('O3', '2', 1285.5), 'filled 2450.5 2488 0 over 37.5', 'V-O3: 1285.5 more are 37.5 too many');

-- A cancel comes too late: the order fills while it is pending.
select is(pg_temp.submit('O4', 10000), 'accepted 10000 0 10000', 'V-O4: an order of 10,000');
select is(pg_temp.fill('O4', '1', 2000), 'partially_filled 10000 2000 8000', 'V-O4: 2,000');
select is(pg_temp.fill('O4', '2', 3000), 'partially_filled 10000 5000 5000', 'V-O4: 3,000');
select is(pg_temp.event('O4', 'cancel_request'), 'pending_cancel 10000 5000 5000', 'V-O4: a cancel is asked for');
select is(pg_temp.fill('O4', '3', 5000), 'pending_cancel 10000 10000 0', 'V-O4: the rest fills, the cancel stays pending');
select is(pg_temp.event('O4', 'cancel_reject'), 'filled 10000 10000 0', 'V-O4: too late to cancel');

-- A replace to less while fills come in.
select is(pg_temp.submit('O5', 10000), 'accepted 10000 0 10000', 'V-O5: an order of 10,000');
select is(pg_temp.fill('O5', '1', 1000), 'partially_filled 10000 1000 9000', 'V-O5: 1,000');
select is(pg_temp.event('O5', 'replace_request', 8000), 'pending_replace 10000 1000 9000', 'V-O5: 8,000 are asked for, 10,000 in force');
select is(pg_temp.fill('O5', '2', 500), 'pending_replace 10000 1500 8500', 'V-O5: 500 while it is pending');
select is(pg_temp.fill('O5', '3', 100), 'pending_replace 10000 1600 8400', 'V-O5: 100 while it is pending');
select is(pg_temp.event('O5', 'replace'), 'partially_filled 8000 1600 6400', 'V-O5: 8,000 are in force');
select is(pg_temp.fill('O5', '4', 6400), 'filled 8000 8000 0', 'V-O5: 6,400 fill it');

-- A replace down to what is filled already.
select is(pg_temp.submit('O5b', 10000), 'accepted 10000 0 10000', 'replaced to what is filled: an order of 10,000');
select is(pg_temp.fill('O5b', '1', 7000), 'partially_filled 10000 7000 3000', 'replaced to what is filled: 7,000');
select is(pg_temp.event('O5b', 'replace_request', 7000), 'pending_replace 10000 7000 3000', 'replaced to what is filled: asked for');
select is(pg_temp.event('O5b', 'replace'), 'filled 7000 7000 0', 'replaced to what is filled: filled, nothing is left');
select is((select o.is_open from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('O5b')) as o), false,
    'replaced to what is filled: no longer open');

-- A replace that crosses the last fill.
select is(pg_temp.submit('O5c', 10000), 'accepted 10000 0 10000', 'replace too late: an order of 10,000');
select is(pg_temp.event('O5c', 'replace_request', 12000), 'pending_replace 10000 0 10000', 'replace too late: 12,000 are asked for');
select is(pg_temp.fill('O5c', '1', 10000), 'pending_replace 10000 10000 0', 'replace too late: it fills meanwhile');
select is(pg_temp.event('O5c', 'replace_reject'), 'filled 10000 10000 0', 'replace too late: the venue refuses, it is filled');
select is(pg_temp.event('O5c', 'replace_request', 12000), 'refused illegal_transition: filled 10000 10000 0', 'a filled order is not replaced');

-- Below what is filled, and beyond: quantities say what is true.
select is(pg_temp.submit('O5d', 10), 'accepted 10 0 10', 'an order of 10');
select is(pg_temp.fill('O5d', '1', 7), 'partially_filled 10 7 3', '7 fill');
select is(pg_temp.event('O5d', 'replace', 5), 'filled 5 7 0 over 2', 'the venue says that 5 are in force');

-- A bust while a replace is under way, of an order that is full.
do $$ begin perform pg_temp.submit('O5e', 10), pg_temp.event('O5e', 'replace_request', 20); end $$;
select is(pg_temp.fill('O5e', '1', 10), 'pending_replace 10 10 0', 'an order fills while a replace is under way');
select is((select r.order_status from trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u('bust'), pg_temp.u('O5e1')) as r), 'canceled',
    'a bust leaves nothing of it at the venue');
select is((select o.requested_qty from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('O5e')) as o), null,
    'and nothing is asked for any more');

-- Canceled stays canceled, unless it is full.
select is(pg_temp.submit('O6', 10000), 'accepted 10000 0 10000', 'V-O6: an order of 10,000');
select is(pg_temp.fill('O6', 'B', 5000), 'partially_filled 10000 5000 5000', 'V-O6: fill B');
select is(pg_temp.event('O6', 'cancel_request'), 'pending_cancel 10000 5000 5000', 'V-O6: a cancel is asked for');
select is(pg_temp.event('O6', 'cancel'), 'canceled 10000 5000 0', 'V-O6: canceled, nothing is left');
do $$ begin perform trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u('bust B'), pg_temp.u('O6B')); end $$;
select is(pg_temp.look('O6'), 'canceled 10000 0 0', 'V-O6: fill B is busted, the order stays canceled');
select is(pg_temp.fill('O6', 'F', 4000, 51), 'canceled 10000 4000 0', 'V-O6: a late fill counts, the order stays canceled');
select is(pg_temp.fill('O6', 'G', 6000, 51), 'filled 10000 10000 0', 'and one that makes it full makes it filled');
select is((select f.flags::text from trading.fills as f where f.account_id = pg_temp.u('account') and f.fill_id = pg_temp.u('O6F')), '{late}',
    'the late fill is named');

-- The acknowledgement of the submission while a cancel is pending.
do $$ begin perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('O7'), pg_temp.u('perp'), 'buy', 'limit', 10, 50, null, 'gtc'); end $$;
select is(pg_temp.event('O7', 'cancel_request'), 'pending_cancel 10 0 10', 'a cancel before the acknowledgement');
select is(pg_temp.event('O7', 'acknowledge'), 'pending_cancel 10 0 10', 'the acknowledgement leaves the cancel pending');
select is(pg_temp.event('O7', 'cancel_reject'), 'accepted 10 0 10', 'and its refusal leaves the order as it was acknowledged');

select * from finish();
rollback;
