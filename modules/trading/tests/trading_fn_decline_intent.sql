begin;
select plan(14);

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
create function pg_temp.decline(p_intent text, p_reason text default 'no margin', p_executor text default 'e1') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.conflict_field)
      from trading.fn_decline_intent(pg_temp.u('account'), pg_temp.u(p_intent), p_executor, p_reason) as r
$$;
do $$ begin perform pg_temp.request('i' || n, 'b1') from generate_series(1, 3) as n; end $$;

select is(pg_temp.decline('i1'), 'created declined', 'an executor declines');
select is(pg_temp.decline('i1'), 'replayed declined', 'once');
select is(pg_temp.decline('i1', 'another'), 'conflict declined reason', 'another reason is a conflict');
select is(pg_temp.decline('i1', p_executor => 'e2'), 'conflict declined reason', 'another executor too');
select is(pg_temp.submit('i1'), 'refused declined declined', 'it is not submitted any more');
select is((select r.refusal_detail from trading.fn_intents(pg_temp.u('account'), p_intent_id => pg_temp.u('i1')) as r), 'e1: no margin', 'who and why is kept');
select is(pg_temp.claim('k1'), 'created i2 claimed, created i3 claimed', 'nor claimed');
select is(pg_temp.submit('i2'), 'created done submitted 1', 'what is submitted');
select is(pg_temp.decline('i2'), 'conflict done status', 'cannot be declined');
-- no event: time passes
do $$ begin perform pg_temp.expire('i3'); end $$;
select is(pg_temp.decline('i3'), 'conflict expired status', 'nor what is too late');
select is(pg_temp.events('i3'), 'intent_requested 1, intent_claimed 2, intent_expired 3', 'which is settled so');
select is(pg_temp.events('i1'), 'intent_requested 1, intent_declined 2', 'events');
select throws_ok($$ select pg_temp.decline('none') $$, 'TB002', null, 'an intent that does not exist');
select throws_ok($$ select pg_temp.decline('i3', ' ') $$, 'TB001', null, 'who declines says why');

select * from finish();
rollback;
