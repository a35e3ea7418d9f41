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
    perform trading.fn_open_account(pg_temp.u('other'), 'other', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test') from unnest(array['b1', 'b2']) as b;
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), 'me', '1h') from unnest(array['b1', 'b2']) as b;
end
$$;

-- A submission, by a bot when one is named: outcome and refusal, with its explanation.
create function pg_temp.submit(p_order text, p_account text default 'account', p_bot text default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.refusal_detail)
      from trading.fn_submit_order(pg_temp.u(p_account), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, 'gtc',
                                   p_ctx => case when p_bot is not null then jsonb_build_object('bot', pg_temp.u(p_bot), 'fence', (select l.token from trading.bot_leases as l where l.bot_id = pg_temp.u(p_bot))) end) as r
$$;
create function pg_temp.halt(p_halt text, p_scope text, p_account text, p_bot text default null, p_reason text default 'why', p_actor text default 'ann')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.halted, r.conflict_field)
      from trading.fn_halt(pg_temp.u(p_halt), p_scope, pg_temp.u(p_account), pg_temp.u(p_bot), p_reason, p_actor) as r
$$;
create function pg_temp.resume(p_halt text, p_account text, p_reason text default 'over', p_actor text default 'bob') returns text language sql as $$
    select concat_ws(' ', r.outcome, r.halts_left, r.conflict_field)
      from trading.fn_resume(pg_temp.u(p_account), pg_temp.u(p_halt), p_reason, p_actor) as r
$$;
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id() and e.event_type ~ 'halted|resumed'
$$;

-- An account
select is(pg_temp.submit('before'), 'created submitted', 'an order before the halt');
select is(pg_temp.halt('h1', 'account', 'account'), 'created t', 'the account is halted');
select is(pg_temp.halt('h1', 'account', 'account'), 'replayed t', 'once');
select is(pg_temp.halt('h1', 'account', 'account', p_reason => 'else'), 'conflict t reason', 'another reason is a conflict');
select is(pg_temp.halt('h1', 'account', 'account', p_actor => 'bob'), 'conflict t actor', 'another actor too');
select is(pg_temp.halt('h1', 'bot', 'account', 'b1'), 'conflict t bot_id', 'a bot too');
select matches(pg_temp.submit('o1'), '^refused denied halted the account is halted since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ by ann: why$',
    'an order is refused, and told by whom, since when and why');
select is(pg_temp.submit('o2', 'other'), 'created submitted', 'another account goes on');
select is(pg_temp.submit('before'), 'replayed submitted', 'what was taken before stays taken');
select is((select (a.action, a.outcome, a.code)::text from audit.audit_log as a
            where a.subject_type = 'order' and a.subject_id = pg_temp.u('o1')::text), '(trading.submit_order,refused,halted)', 'the refusal is audited');

-- What happens at the venue passes; what asks the venue for more does not.
select is((select r.status from trading.fn_acknowledge_order(pg_temp.u('account'), pg_temp.u('before'), pg_temp.u('e1'), 'X', now()) as r), 'accepted',
    'an acknowledgement passes');
select is((select (r.outcome, r.refusal_code)::text
             from trading.fn_request_replace(pg_temp.u('account'), pg_temp.u('before'), pg_temp.u('e2'), 2, null, null, null, now()) as r),
    '(refused,halted)', 'other terms are not asked for');
select is((select r.status from trading.fn_replace_order(pg_temp.u('account'), pg_temp.u('before'), pg_temp.u('e3'), 2, null, null, null, now()) as r), 'accepted',
    'those that the venue has put in force are recorded');
select is((select (r.outcome, r.order_status)::text
             from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u('f1'), pg_temp.u('before'), pg_temp.u('perp'), 'buy', 1, 100, 0, null, null, null,
                                         p_filled_at => now()) as r), '(created,partially_filled)', 'a fill passes');
select is((select r.outcome from trading.fn_import_order(pg_temp.u('account'), pg_temp.u('met'), pg_temp.u('perp'), 'buy', 'limit', 1, 100, null, 'gtc', 'Y') as r),
    'created', 'an order met at the venue is taken in');
select is(pg_temp.submit('met'), 'created accepted', 'and claimed, for it is there already');
select is((select r.status from trading.fn_request_cancel(pg_temp.u('account'), pg_temp.u('before'), pg_temp.u('e4'), null, now()) as r), 'pending_cancel',
    'a cancel is asked for');
select is((select r.status from trading.fn_cancel_order(pg_temp.u('account'), pg_temp.u('before'), pg_temp.u('e5'), null, now()) as r), 'canceled', 'and recorded');

-- Several halts: each ends by itself
select is(pg_temp.halt('h2', 'account', 'account', p_reason => 'breaker'), 'created t', 'a second halt of the account');
select is(pg_temp.resume('h1', 'account'), 'created 1', 'the first ends, the second is left');
select matches(pg_temp.submit('o3'), 'halted .* breaker$', 'and still stops the account');
select is(pg_temp.resume('h2', 'account'), 'created 0', 'that ends too');
select is(pg_temp.submit('o4'), 'created submitted', 'orders are taken again');
select matches(pg_temp.submit('o1'), '^refused denied halted', 'what was refused stays refused');
select is(pg_temp.halt('h1', 'account', 'account'), 'replayed f', 'a repetition does not halt again, and says so');

-- A bot, and everything
select is(pg_temp.halt('h3', 'bot', 'account', 'b1'), 'created t', 'a bot is halted');
select matches(pg_temp.submit('o5', p_bot => 'b1'), '^refused denied halted the bot is halted', 'its orders are refused');
select is(pg_temp.submit('o6', p_bot => 'b2'), 'created submitted', 'those of another bot are taken');
select is(pg_temp.halt('h4', 'global', null), 'created t', 'all trading is halted');
select matches(pg_temp.submit('o7', 'other'), '^refused denied halted all trading is halted', 'every account is stopped');
select is(pg_temp.events(pg_temp.u('account')::text),
    'account_halted 2, account_halted 3, account_resumed 4, account_resumed 5, account_halted 6', 'events of the account');
select matches(pg_temp.events('book'), '^book_halted \d+$', 'and of all trading');

select throws_ok($$ select pg_temp.halt('h5', 'bot', 'account', 'none') $$, 'TB002', null, 'a bot that does not exist is not halted in vain');
select throws_ok($$ select pg_temp.halt('h5', 'account', null) $$, 'TB001', null, 'no account by mistake halts all');
select throws_ok($$ select pg_temp.halt('h5', 'global', null, p_actor => ' ') $$, 'TB001', null, 'who halts has a name');

select * from finish();
rollback;
