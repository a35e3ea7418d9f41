begin;
select plan(62);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT', null, 0.01, 0.0001);
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;

-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

create function pg_temp.record(p_event_id text, p_event text, p_order text default 'o1', p_exchange text default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event_id), p_event, p_exchange, null, now()) as r
$$;
do $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(o), pg_temp.u('spot'), 'buy', 'limit', 1, 100, null, null)
       from unnest(array['o1', 'o2', 'o3', 'o4', 'o5']) as o;
end
$$;

select is(pg_temp.record('e1', 'outcome_unknown'), 'created submitted 2', 'a timeout is a doubt and no rejection');
select is((select o.outcome_unknown from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o1')), true,
    'the doubt is kept');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x1'), 'created accepted 3', 'the venue acknowledges');
select is((select (o.outcome_unknown, o.exchange_order_id)::text from trading.orders as o
            where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o1')), '(f,x1)', 'which ends the doubt');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x1'), 'replayed accepted 3', 'the same again is a replay');
select is(pg_temp.record('e2', 'acknowledge', p_exchange => 'x2'), 'conflict accepted 3 exchange_order_id', 'another number is a conflict');
select is(pg_temp.record('e2', 'cancel', p_exchange => 'x1'), 'conflict accepted 3 event', 'another event too');
select is(pg_temp.record('e2', 'acknowledge', 'o2', 'x1'), 'conflict accepted 3 order_id', 'another order too');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'a second acknowledgement is refused');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'and refused again');
select is(pg_temp.record('e4', 'cancel_request'), 'created pending_cancel 5', 'a cancel is asked for');
select is(pg_temp.record('e3', 'acknowledge'), 'refused accepted 4 illegal_transition', 'a replay answers as the first time');
select is(pg_temp.record('e5', 'cancel_reject'), 'created accepted 6', 'the venue refuses to cancel');
select is(pg_temp.record('e6', 'cancel'), 'created canceled 7', 'and cancels after all');
select is(pg_temp.record('e7', 'expire'), 'refused canceled 8 illegal_transition', 'a closed order does not expire');
select is(pg_temp.events(pg_temp.u('o1')::text),
    'order_submitted 1, order_outcome_unknown 2, order_acknowledged 3, request_refused 4, order_cancel_requested 5, '
    'order_cancel_rejected 6, order_canceled 7, request_refused 8', 'one event for each, versions without a gap');
select is((select count(*) from audit.audit_log as a where a.subject_id = pg_temp.u('o1')::text and a.code = 'illegal_transition'), 2::bigint,
    'each refusal has one audit row');

do $$
begin
    perform pg_temp.record(e, event, 'o5')
       from unnest(array['o5 lost', 'o5 cancel', 'o5 too late'], array['outcome_unknown', 'cancel_request', 'cancel_reject']) as x (e, event);
end
$$;
select is((select (o.status, o.outcome_unknown)::text from trading.orders as o
            where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o5')), '(submitted,t)',
    'that a cancel was refused does not say that the venue has the order');
select is(pg_temp.record('o5 there', 'acknowledge', 'o5'), 'created accepted 5', 'its acknowledgement does');
select is((select o.outcome_unknown from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('o5')), false,
    'and ends the doubt');
select is(pg_temp.record('o5 done', 'cancel', 'o5'), 'created canceled 6', 'so that it can be canceled');

select is((select string_agg(r.outcome || ' ' || r.status, ', ' order by x.place)
             from (values (1)) as x (place), lateral trading.fn_reject_order(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('r1'), 'no funds', now()) as r),
    'created rejected', 'fn_reject_order');
select is((select r.status from trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a1'), 'x3', now()) as r), 'accepted',
    'fn_acknowledge_order');
select is((select r.status from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a2'), null, null) as r), 'pending_cancel',
    'fn_request_cancel');
select is((select r.status from trading.fn_cancel_order(pg_temp.u('account'), pg_temp.u('o3'), pg_temp.u('a3'), 'as asked', now()) as r), 'canceled',
    'fn_cancel_order');
select is((select r.status from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('o4'), pg_temp.u('a4'), null, null) as r), 'pending_cancel',
    'a cancel request before the acknowledgement');
select is((select r.status from trading.fn_doubt_order(pg_temp.u('account'), pg_temp.u('o4'), pg_temp.u('a5'), 'timeout', null) as r), 'pending_cancel',
    'fn_doubt_order');
select is((select r.status from trading.fn_reject_cancel(pg_temp.u('account'), pg_temp.u('o4'), pg_temp.u('a6'), 'too late', null) as r), 'submitted',
    'fn_reject_cancel');

-- Replace: asked for, in force, refused. Each look: status, in force, asked for.
create function pg_temp.replace(p_event_id text, p_event text, p_qty numeric default null, p_price numeric default null,
                                p_stop_price numeric default null, p_order text default 'r1')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.version, r.conflict_field, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event_id), p_event, null, null, now(), p_qty,
                                         p_price, p_stop_price) as r
$$;
create function pg_temp.terms(p_order text default 'r1') returns text language sql as $$
    select concat_ws(' ', o.status, o.qty, o.price, o.stop_price, 'asked ' || nullif(concat_ws(' ', o.requested_qty, o.requested_price, o.requested_stop_price), ''))
      from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u(p_order)) as o
$$;
do $$
begin
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('r1'), pg_temp.u('spot'), 'buy', 'stop_limit', 1, 100, 99, null);
    perform trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('r2'), pg_temp.u('spot'), 'buy', 'market', 1, null, null, null);
    perform trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('r1'), pg_temp.u('ra'), 'x1', now());
end
$$;
select is(pg_temp.replace('p1', 'replace_request', 2.000, 101), 'created pending_replace 3', 'a replace is asked for');
select is(pg_temp.terms(), 'pending_replace 1 100 99 asked 2 101', 'what is in force stays until the venue says so');
select is(pg_temp.replace('p1', 'replace_request', 2, 101), 'replayed pending_replace 3', 'the same again is a replay');
select is(pg_temp.replace('p1', 'replace_request', 2, 102), 'conflict pending_replace 3 price', 'other terms are a conflict');
select is(pg_temp.replace('p2', 'replace_request', 3), 'refused pending_replace 4 illegal_transition', 'one at a time');
select is(pg_temp.replace('p3', 'replace_reject'), 'created accepted 5', 'the venue refuses');
select is(pg_temp.terms(), 'accepted 1 100 99', 'and nothing has changed');
select is(pg_temp.replace('p4', 'replace_request', p_stop_price => 98), 'created pending_replace 6', 'one term can be asked for alone');
select is(pg_temp.replace('p5', 'replace'), 'created accepted 7', 'the venue has replaced');
select is(pg_temp.terms(), 'accepted 1 100 98', 'with what was asked for');
select is(pg_temp.replace('p6', 'replace_request', 2, 101), 'created pending_replace 8', 'asked for again');
select is((select r.status from trading.fn_replace_order(pg_temp.u('account'), pg_temp.u('r1'), pg_temp.u('p7'), null, 100.5, null, 'x2', now()) as r),
    'accepted', 'fn_replace_order');
select is(pg_temp.terms(), 'accepted 2 100.5 98', 'what the venue says counts before what was asked for');
select is((select o.exchange_order_id from trading.fn_orders(pg_temp.u('account'), p_order_id => pg_temp.u('r1')) as o), 'x2', 'under its new number');
select is((select (o.qty, o.price, o.stop_price)::text from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u('r1')),
    '(1,100,99)', 'what was submitted stays');
select is((select e.payload - array['order_id', 'event_id', 'status', 'outcome_unknown'] from bus.domain_events as e
            where e.aggregate_id = pg_temp.u('r1')::text and e.aggregate_version = 9 and e.xid = pg_current_xact_id()),
    '{"qty": "2", "price": "100.5", "stop_price": "98", "exchange_order_id": "x2"}', 'the event has the terms in force');

-- Refusals of what is asked for: kept as rows, nothing changes.
select is(pg_temp.replace('p8', 'replace_request', 0.00005), 'refused accepted 10 lot_size', 'a fraction of a lot is refused');
select is(pg_temp.replace('p9', 'replace_request', p_price => 100.001), 'refused accepted 11 tick_size', 'a fraction of a tick too');
select is(pg_temp.replace('p9', 'replace_request', p_price => 100.001), 'refused accepted 11 tick_size', 'and again');
select is(pg_temp.replace('p10', 'replace_request', p_price => 100, p_order => 'r2'), 'refused submitted 2 order_type', 'a market order has no price');
select is(pg_temp.replace('p11', 'replace'), 'refused accepted 12 terms_missing', 'a replace that nobody asked for says what is in force');
select is(pg_temp.terms(), 'accepted 2 100.5 98', 'nothing of this has changed the order');
update trading.accounts set status = 'closed', closed_at = now() where account_id = pg_temp.u('account');
select is(pg_temp.replace('p12', 'replace_request', 3), 'refused accepted 13 account_closed', 'a closed account asks for nothing');
select is(pg_temp.replace('p13', 'replace', 3), 'created accepted 14', 'but takes what the venue says');
update trading.accounts set status = 'open', closed_at = null where account_id = pg_temp.u('account');

-- A cancel takes the place of a replace: whose answer then says for itself what is in force.
select is(pg_temp.replace('p14', 'replace_request', 4), 'created pending_replace 15', 'a replace is asked for');
select is(pg_temp.replace('p15', 'cancel_request'), 'created pending_cancel 16', 'and then a cancel');
select is(pg_temp.terms(), 'pending_cancel 3 100.5 98', 'nothing is asked for any more');
select is(pg_temp.replace('p16', 'replace'), 'refused pending_cancel 17 terms_missing', 'a replace without terms is not understood');
select is(pg_temp.replace('p17', 'replace', 4), 'created pending_cancel 18', 'one with terms is');

select throws_ok($$ select pg_temp.replace('p99', 'replace_request') $$, 'TB001', null, 'a replace asks for something');
select throws_ok($$ select pg_temp.replace('p99', 'cancel', 1) $$, 'TB001', null, 'a cancel has no terms');
select throws_ok($$ select pg_temp.replace('p99', 'replace', -1) $$, 'TB001', null, 'a quantity is positive');
select throws_ok($$ select pg_temp.record('e9', 'explode') $$, 'TB001', null, 'unknown event');
select throws_ok($$ select pg_temp.record('e9', 'cancel', 'none') $$, 'TB002', null, 'unknown order');

select * from finish();
rollback;
