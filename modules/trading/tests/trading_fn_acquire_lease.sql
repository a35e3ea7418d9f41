begin;
select plan(35);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
end
$$;
do $$
begin
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test')
       from unnest(array['b1', 'b2']) as b;
end
$$;

create function pg_temp.acquire(p_acquire text, p_bot text default 'b1', p_holder text default 'host 1') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.conflict_field, r.refusal_code)
      from trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(p_bot), pg_temp.u(p_acquire), p_holder, '30 seconds') as r
$$;
create function pg_temp.token(p_acquire text) returns bigint language sql as $$
    select g.token from trading.bot_lease_grants as g where g.account_id = pg_temp.u('account') and g.acquire_id = pg_temp.u(p_acquire)
$$;
-- As if the time of the lease were over.
create function pg_temp.expire(p_bot text default 'b1') returns void language sql as $$
    update trading.bot_leases set expires_at = clock_timestamp() where account_id = pg_temp.u('account') and bot_id = pg_temp.u(p_bot)
$$;
create function pg_temp.ctx(p_token bigint, p_bot text default 'b1') returns jsonb language sql as $$
    select jsonb_strip_nulls(jsonb_build_object('bot', pg_temp.u(p_bot), 'fence', p_token))
$$;
create function pg_temp.submit(p_order text, p_ctx jsonb) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', 10, 100, null, 'gtc', p_ctx => p_ctx) as r
$$;

select is(pg_temp.submit('o1', pg_temp.ctx(null)), 'refused denied fenced', 'without a lease a bot submits nothing');
select is(pg_temp.submit('o1', pg_temp.ctx(0)), 'refused denied fenced', 'the token before the first one does not count');
select is(pg_temp.acquire('a1'), 'created', 'a lease is acquired');
select is(pg_temp.acquire('a1'), 'replayed', 'once');
select is(pg_temp.acquire('a1', p_holder => 'host 2'), 'conflict holder', 'by one holder');
select is(pg_temp.acquire('a1', 'b2'), 'conflict bot_id', 'for one bot');
select is(pg_temp.acquire('a2', p_holder => 'host 2'), 'refused held', 'another process has to wait');
select is(pg_temp.acquire('a3', 'b2'), 'created', 'another bot has a lease of its own');
select ok(pg_temp.token('a3') > pg_temp.token('a1'), 'tokens rise, over all bots');

select is(pg_temp.submit('o2', pg_temp.ctx(pg_temp.token('a1'))), 'created submitted', 'with its token the bot submits');
select is(pg_temp.submit('o1', pg_temp.ctx(pg_temp.token('a1'))), 'refused denied fenced', 'what was refused stays refused');
select is(pg_temp.submit('o3', pg_temp.ctx(pg_temp.token('a3'))), 'refused denied fenced', 'a bot cannot submit as another');
select is(pg_temp.submit('o4', pg_temp.ctx(null)), 'refused denied fenced', 'nor without a token');
select is(pg_temp.submit('o5', null), 'created submitted', 'a call that names no bot needs none');
select throws_ok($$ select pg_temp.submit('o6', pg_temp.ctx(1, 'none')) $$, 'TB002', null, 'a bot that does not exist');

-- no event: time passes
do $$ begin perform pg_temp.expire(); end $$;
select is(pg_temp.submit('o7', pg_temp.ctx(pg_temp.token('a1'))), 'refused denied fenced', 'when the time is over, the token counts no more');
select is(pg_temp.acquire('a2', p_holder => 'host 2'), 'created', 'and the other process has the lease');
select ok(pg_temp.token('a2') > pg_temp.token('a1'), 'with a greater token');
select is(pg_temp.acquire('a1'), 'replayed', 'the first one is answered as it was');
select is((select (r.token = pg_temp.token('a1'), r.expires_at < clock_timestamp() + '1 minute')::text
             from trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('a1'), 'host 1', '1 day') as r), '(t,t)', 'with its own token');
select is(pg_temp.submit('o8', pg_temp.ctx(pg_temp.token('a1'))), 'refused denied fenced', 'which lets nothing through');
select is(pg_temp.submit('o7', pg_temp.ctx(pg_temp.token('a2'))), 'refused denied fenced', 'an order refused for it stays so for the next holder, too');
select is(pg_temp.submit('o9', pg_temp.ctx(pg_temp.token('a2'))), 'created submitted', 'who submits others');

-- What was asked for and what happened
select is((select concat_ws(' ', r.outcome, r.refusal_code) from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('e1'), null, now(),
              pg_temp.ctx(pg_temp.token('a1'))) as r), 'refused fenced', 'a stale holder cannot ask for a cancel');
select is((select concat_ws(' ', r.outcome, r.refusal_code) from trading.fn_request_replace(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('e2'), 5, null, null,
              null, now(), pg_temp.ctx(pg_temp.token('a1'))) as r), 'refused fenced', 'nor for other terms');
select is((select r.outcome from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('e3'), null, now(),
              pg_temp.ctx(pg_temp.token('a2'))) as r), 'created', 'the holder can');
select is((select r.outcome from trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('o2'), pg_temp.u('e4'), 'X', now(),
              pg_temp.ctx(pg_temp.token('a1'))) as r), 'created', 'facts of a stale holder are recorded');
select is((select r.outcome from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f1'), pg_temp.u('o2'), pg_temp.u('perp'), 'buy', 1, 100, 0, null, null,
              null, p_filled_at => now(), p_ctx => pg_temp.ctx(pg_temp.token('a1'))) as r), 'created', 'fills too');
select is((select r.outcome from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f2'), pg_temp.u('o2'), pg_temp.u('perp'), 'buy', 1, 100, 0, null, null,
              null, p_filled_at => now(), p_ctx => pg_temp.ctx(pg_temp.token('a2'))) as r), 'created', 'and those of the holder');
select is((select r.outcome from trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u('e5'), pg_temp.u('f1'), p_ctx => pg_temp.ctx(pg_temp.token('a1'))) as r),
    'created', 'a bust');
select is((select r.outcome from trading.fn_record_funding(pg_temp.u('account'), pg_temp.u('y1'), pg_temp.u('perp'), now(), 1,
              p_ctx => pg_temp.ctx(pg_temp.token('a1'))) as r), 'created', 'funding');
select is((select string_agg(f.what || ' ' || coalesce(f.ctx ->> 'stale_fence', 'false'), ', ' order by f.what)
             from (select 'fill ' || row_number() over (order by recorded_at), ctx from trading.fills where account_id = pg_temp.u('account')
                   union all select 'ack', ctx from trading.order_events where event_id = pg_temp.u('e4')
                   union all select 'bust', ctx from trading.fill_events where event_id = pg_temp.u('e5')
                   union all select 'funding', ctx from trading.funding_payments where payment_id = pg_temp.u('y1')) as f (what, ctx)),
    'ack true, bust true, fill 1 true, fill 2 false, funding true', 'flagged');
select is((select string_agg(distinct e.event_type, ', ' order by e.event_type) from bus.domain_events as e
            where e.account_id = pg_temp.u('account') and e.ctx ? 'stale_fence'),
    'trading.fill_busted, trading.fill_recorded, trading.funding_recorded, trading.order_acknowledged', 'in their events, too');
select throws_ok($$ select pg_temp.submit('o10', '{"stale_fence": true}') $$, 'TB001', null, 'which a caller cannot say');
select throws_ok($$ select trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b1'), pg_temp.u('a9'), 'h', '1 week') $$, 'TB001', null,
    'a lease holds for a day at most');

select * from finish();
rollback;
