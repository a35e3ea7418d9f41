begin;
select plan(27);

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
create function pg_temp.claim(p_claim text, p_limit integer default 10, p_executor text default 'e1') returns text language sql as $$
    select string_agg(concat_ws(' ', r.outcome, r.conflict_field, n.name, r.status), ', ')
      from trading.fn_claim_intents(pg_temp.u('account'), pg_temp.u(p_claim), p_executor, p_limit) as r
      left join (select 'i' || g as name from generate_series(1, 30) as g) as n on pg_temp.u(n.name) = r.intent_id
$$;
create function pg_temp.order_of(p_intent text) returns text language sql as $$
    select concat_ws(' ', o.status, o.qty, o.price, (o.ctx = pg_temp.ctx('b1'))) from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u(p_intent)
$$;
do $$
begin
    perform pg_temp.request('i' || n, 'b1') from generate_series(1, 9) as n;
    perform pg_temp.claim('k1', 3);
end
$$;

select is(pg_temp.submit('i1'), 'created done submitted 1', 'an order is submitted');
select is(pg_temp.order_of('i1'), 'submitted 2 100 t', 'on the terms, and with the bot and fence, of the intent');
select is(pg_temp.submit('i1'), 'replayed done submitted 1', 'once');
select is(pg_temp.events('i1'), 'intent_requested 1, intent_claimed 2, order_submitted 1, intent_done 3', 'as the events of the two tell');
select is(pg_temp.submit('i4'), 'created done submitted 1', 'whether it was claimed or not');
select is((select string_agg(n, ', ' order by n) from unnest(array['i4', 'i5']) as n
            where exists (select from trading.fn_claim_intents(pg_temp.u('account'), pg_temp.u('k2'), 'e1', 1) as r where r.intent_id = pg_temp.u(n))), 'i5',
    'what is done is not claimed');
select is(pg_temp.submit('i5', '{"actor": "e1", "fence": 7}'), 'created done submitted 1', 'the executor says who it is, and no fence of its own');
select is((select (o.ctx ->> 'actor', (o.ctx - 'actor') = pg_temp.ctx('b1'))::text from trading.orders as o where o.order_id = pg_temp.u('i5')), '(e1,t)',
    'both are kept');

-- Caps count what is submitted, not what is asked for
-- no event for trading.notional_days: how often a cap was handed out is no state of the book
-- no event for trading.notional_slices: nor is which slice has how much of it
create function pg_temp.market(p_intent text, p_reference_price numeric) returns text language sql as $$
    select r.outcome
      from trading.fn_request_order(pg_temp.u('account'), pg_temp.u(p_intent), pg_temp.u('perp'), 'buy', 'market', 2, null, null, 'ioc', '1 hour',
                                    p_reference_price => p_reference_price, p_ctx => pg_temp.ctx('b2')) as r
$$;
do $$ begin perform trading.fn_set_cap(pg_temp.u('cap'), 'bot', pg_temp.u('account'), pg_temp.u('b2'), 'USDT', 300, null, 'why', 'ann'); end $$;
select is(pg_temp.market('m1', null) || ' ' || pg_temp.market('m2', 100) || ' ' || pg_temp.market('m3', 100), 'created created created', 'more than the cap is asked for');
select is(pg_temp.submit('m1'), 'refused refused denied 1 cap_price', 'an order without a price is refused where there is a cap');
select is(pg_temp.submit('m2'), 'created done submitted 1', 'unless its intent says what to value it at');
select is(pg_temp.submit('m3'), 'refused refused denied 1 cap', 'and what does not fit is refused when it is submitted');

-- What changed since it was asked for
do $$ begin perform trading.fn_halt(pg_temp.u('h1'), 'bot', pg_temp.u('account'), pg_temp.u('b1'), 'why', 'ann'); end $$;
select is(pg_temp.submit('i2'), 'refused refused denied 1 halted', 'a halt stops it');
do $$ begin perform trading.fn_resume(pg_temp.u('account'), pg_temp.u('h1'), 'over', 'ann'); end $$;
select is(pg_temp.submit('i2'), 'refused refused denied 1 halted', 'for ever');
-- no event: time passes
do $$ begin perform pg_temp.expire('i3'); end $$;
select is(pg_temp.submit('i3'), 'refused expired expired', 'what is too late is not submitted');
select is(pg_temp.submit('i3'), 'refused expired expired', 'and settled');
select is((select count(*) from trading.orders as o where o.order_id = pg_temp.u('i3')), 0::bigint, 'there is no order of it');
do $$ begin perform trading.fn_release_lease(pg_temp.u('account'), pg_temp.u('b1'), (pg_temp.ctx('b1') ->> 'fence')::bigint); end $$;
do $$ begin perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('a later'), 'host 2', '1 hour'); end $$;
select is(pg_temp.submit('i6'), 'refused refused denied 1 fenced', 'of a bot that lost its lease nothing gets through');
select is(pg_temp.submit('i6', pg_temp.ctx('b1')), 'refused refused denied 1 fenced', 'with the token of the next holder neither');
select is((select string_agg(r.refusal_code, ', ' order by r.refusal_code) from trading.fn_intents(pg_temp.u('account'), '{refused,expired}', p_bot_id => pg_temp.u('b1')) as r),
    'expired, fenced, halted', 'all of it is kept');
select is((select string_agg(a.code, ', ' order by a.code) from audit.audit_log as a
            where a.action = 'trading.settle_intent' and a.account_id = pg_temp.u('account')), 'cap, cap_price, expired, fenced, halted', 'and audited');

-- An order with the id of an intent that came into the book by another way
select is((select r.outcome from trading.fn_request_order(pg_temp.u('account'), pg_temp.u('i10'), pg_temp.u('perp'), 'buy', 'limit', 2, 100, null, 'gtc', '1 hour') as r),
    'created', 'asked for');
select is((select r.outcome from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('i10'), pg_temp.u('perp'), 'buy', 'limit', 2, 100, null, 'gtc') as r), 'created',
    'and submitted without the queue');
select is(pg_temp.submit('i10'), 'replayed done submitted 1', 'is one order');
select is((select r.outcome from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u('i7'), pg_temp.u('perp'), 'sell', 'limit', 2, 100, null, 'gtc') as r), 'created',
    'one with other terms');
select is(pg_temp.submit('i7'), 'refused refused submitted 1 conflict', 'is a conflict');
select throws_ok($$ select pg_temp.submit('none') $$, 'TB002', null, 'an intent that does not exist');

select * from finish();
rollback;
