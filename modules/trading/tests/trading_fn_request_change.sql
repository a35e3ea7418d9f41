begin;
select plan(26);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT', null, 0.5, 1);
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test')
       from unnest(array['b1', 'b2']) as b;
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(b), pg_temp.u('a ' || b), 'host', '1 hour') from unnest(array['b1', 'b2']) as b;
end
$$;
-- The context of a bot that holds its lease.
create function pg_temp.ctx(p_bot text) returns jsonb language sql as $$
    select jsonb_build_object('bot', l.bot_id, 'fence', l.token) from trading.bot_leases as l where l.account_id = pg_temp.u('account') and l.bot_id = pg_temp.u(p_bot)
$$;
-- The events of an aggregate: short names in order, each with its version.
create function pg_temp.events(p_aggregate text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e where e.aggregate_id = pg_temp.u(p_aggregate)::text and e.xid = pg_current_xact_id()
$$;
create function pg_temp.request(p_intent text, p_bot text default null, p_side text default 'buy', p_qty numeric default 2, p_price numeric default 100,
                                p_ttl interval default '1 hour', p_ctx jsonb default null, p_reference numeric default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.conflict_field)
      from trading.fn_request_order(pg_temp.u('account'), pg_temp.u(p_intent), pg_temp.u('perp'), p_side, 'limit', p_qty, p_price, null, 'gtc', p_ttl,
                                    p_reference_price => p_reference, p_ctx => coalesce(p_ctx, pg_temp.ctx(p_bot))) as r
$$;
create function pg_temp.submit(p_intent text, p_ctx jsonb default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.order_status, r.order_version, r.refusal_code)
      from trading.fn_submit_intent(pg_temp.u('account'), pg_temp.u(p_intent), p_ctx) as r
$$;
-- As if its time were over.
create function pg_temp.expire(p_intent text) returns void language sql as $$
    update trading.order_intents set expires_at = clock_timestamp() where account_id = pg_temp.u('account') and intent_id = pg_temp.u(p_intent)
$$;
create function pg_temp.change(p_intent text, p_action text, p_order text, p_bot text default 'b1', p_qty numeric default null, p_price numeric default null,
                               p_reason text default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.conflict_field)
      from trading.fn_request_change(pg_temp.u('account'), pg_temp.u(p_intent), p_action, pg_temp.u(p_order), '1 hour', p_qty, p_price, null, p_reason,
                                     pg_temp.ctx(p_bot)) as r
$$;
do $$
begin
    perform pg_temp.request(i, 'b1') from unnest(array['o1', 'o2', 'o3']) as i;
    perform pg_temp.submit(i) from unnest(array['o1', 'o2']) as i;
end
$$;

select is(pg_temp.change('c1', 'cancel', 'o1', p_reason => 'late'), 'created requested', 'a cancel is asked for');
select is(pg_temp.change('c1', 'cancel', 'o1', p_reason => 'late'), 'replayed requested', 'once');
select is(pg_temp.change('c1', 'cancel', 'o2', p_reason => 'late'), 'conflict requested order_id', 'another order is a conflict');
select is(pg_temp.change('c1', 'replace', 'o1', p_qty => 5), 'conflict requested action', 'another action');
select is(pg_temp.change('c1', 'cancel', 'o1'), 'conflict requested reason', 'another reason');
select is(pg_temp.change('r1', 'replace', 'o2', p_qty => 5), 'created requested', 'other terms are asked for');
select is(pg_temp.change('r1', 'replace', 'o2', p_qty => 6), 'conflict requested qty', 'others are a conflict');
select is(pg_temp.change('r2', 'replace', 'o2', p_price => 100.3), 'created requested', 'prices are compared with the instrument of the order when it is done');
select is(pg_temp.submit('r2'), 'refused refused submitted 2 tick_size', 'and refused then');
select is(pg_temp.submit('c1'), 'created done pending_cancel 2', 'the cancel is requested of the order');
select is(pg_temp.submit('c1'), 'replayed done pending_cancel 2', 'once');
select is(pg_temp.submit('r1'), 'created done pending_replace 3', 'the other terms too');
select is((select (o.requested_qty, o.requested_price)::text from trading.orders as o where o.order_id = pg_temp.u('o2')), '(5,)', 'those that were asked for');
select is((select string_agg(e.event || ' ' || coalesce(e.reason, '-'), ', ' order by e.event)
             from trading.order_events as e where e.event_id in (pg_temp.u('c1'), pg_temp.u('r1'))),
    'cancel_request late, replace_request -', 'the event of the order has the id of the intent');

-- A halt stops other terms and no cancel
do $$ begin perform trading.fn_halt(pg_temp.u('h1'), 'bot', pg_temp.u('account'), pg_temp.u('b1'), 'why', 'ann'); end $$;
select is(pg_temp.change('r3', 'replace', 'o2', p_qty => 5), 'refused refused halted', 'while it is halted no other terms are asked for');
select is(pg_temp.change('c2', 'cancel', 'o2'), 'created requested', 'a cancel is');
select is(pg_temp.submit('c2'), 'created done pending_cancel 4', 'and done');

-- Of an order that was not submitted yet
select is(pg_temp.change('c3', 'cancel', 'o3'), 'created requested', 'what was only asked for can be canceled');
select is(pg_temp.submit('c3'), 'created done', 'which takes it out of the queue');
select is(pg_temp.submit('o3'), 'refused declined withdrawn', 'so that it is not submitted');
select is(pg_temp.change('c4', 'cancel', 'o3'), 'created requested', 'once more');
select is(pg_temp.submit('c4'), 'refused refused not_submitted', 'there is nothing left to cancel');
select is(pg_temp.events('o3'), 'intent_requested 1, intent_declined 2', 'as its events tell');

select throws_ok($$ select pg_temp.change('c5', 'cancel', 'none') $$, 'TB002', null, 'an order that nobody knows');
select throws_ok($$ select pg_temp.change('c5', 'replace', 'o2') $$, 'TB001', null, 'a replace says what shall change');
select throws_ok($$ select pg_temp.change('c5', 'submit', 'o2') $$, 'TB001', null, 'an order is asked for with another function');

select * from finish();
rollback;
