begin;
select plan(19);

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
do $$ begin perform pg_temp.request('i' || n, 'b1') from generate_series(1, 7) as n; end $$;

select is(pg_temp.claim('k1', 2), 'created i1 claimed, created i2 claimed', 'the oldest are claimed');
select is(pg_temp.claim('k1', 2), 'replayed i1 claimed, replayed i2 claimed', 'the same claim is answered with the same');
select is(pg_temp.claim('k1', 5), 'replayed i1 claimed, replayed i2 claimed', 'also when it asks for more');
select is(pg_temp.claim('k1', 2, 'e2'), 'conflict executor', 'by one executor');
select is(pg_temp.claim('k2', 2, 'e2'), 'created i3 claimed, created i4 claimed', 'another claim gets the next');
select is(pg_temp.submit('i1'), 'created done submitted 1', 'one is submitted');
select is(pg_temp.claim('k1', 2), 'replayed i1 done, replayed i2 claimed', 'a repetition tells what is left to do');
select is((select string_agg(r.status || ' ' || r.claimed_by, ', ')
             from trading.fn_intents(pg_temp.u('account'), '{claimed}', 'e1') as r), 'claimed e1', 'who comes back finds it by its name');
-- no event: time passes
do $$ begin perform pg_temp.expire(i) from unnest(array['i2', 'i5']) as i; end $$;
select is((select string_agg(distinct r.status, ', ') from trading.fn_intents(pg_temp.u('account'), '{expired}') as r where r.settled_at is null), 'expired',
    'what is too late is shown as expired');
select is(pg_temp.claim('k3', 5), 'created i6 claimed, created i7 claimed', 'and not claimed');
select is(pg_temp.events('i2') || '; ' || pg_temp.events('i5'), 'intent_requested 1, intent_claimed 2, intent_expired 3; intent_requested 1, intent_expired 2',
    'but settled on the way, claimed or not');
select is(pg_temp.claim('k4'), null, 'nothing is left');
select is((select (count(*), count(distinct r.intent_id))::text from trading.fn_intents(pg_temp.u('account')) as r), '(7,7)', 'all are there');
select is((select string_agg(r.status, ', ') from trading.fn_intents(pg_temp.u('account'), p_limit => 2) as r), 'claimed, claimed', 'newest first');
select is((select count(*) from trading.fn_intents(pg_temp.u('account'), p_bot_id => pg_temp.u('b2')) as r), 0::bigint, 'by bot');
select is((select r.status from trading.fn_intents(pg_temp.u('account'), p_intent_id => pg_temp.u('i1')) as r), 'done', 'or one');
select throws_ok($$ select trading.fn_intents(pg_temp.u('account'), '{open}') $$, 'TB001', null, 'an unknown status');
select throws_ok($$ select pg_temp.claim('k5', 0) $$, 'TB001', null, 'a limit is positive');
select throws_ok($$ select pg_temp.claim('k5', 1, ' ') $$, 'TB001', null, 'who claims has a name');

select * from finish();
rollback;
