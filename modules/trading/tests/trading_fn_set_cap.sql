begin;
select plan(88);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency(c, c, 'other') from unnest(array['USDT', 'EUR', 'USD', 'BTC']) as c;
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT', null, null, null, 2);
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCEUR', 'spot', 'BTC', 'EUR');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USD', null, null, null, 100);
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'netting', 1000);
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), b, 'running', null, null, 'test') from unnest(array['b1', 'b2']) as b;
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u(b), pg_temp.u(b), 'me', '1h') from unnest(array['b1', 'b2']) as b;
end
$$;

-- no event for trading.notional_days: how often a cap was handed out is no state of the book
-- no event for trading.notional_slices: nor is which slice has how much of it
-- no event for trading.notional_moves: nor when a slice takes over what an event of an order changed
create function pg_temp.ctx(p_bot text) returns jsonb language sql as $$
    select case when p_bot is not null then jsonb_build_object('bot', pg_temp.u(p_bot), 'fence', l.token) end
      from (select (select b.token from trading.bot_leases as b where b.bot_id = pg_temp.u(p_bot)) as token) as l
$$;
create function pg_temp.submit(p_order text, p_qty numeric, p_price numeric default 100, p_bot text default 'b1', p_instrument text default 'perp',
                               p_type text default 'limit', p_stop_price numeric default null, p_reference_price numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.refusal_code, r.refusal_detail)
      from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_instrument), 'buy', p_type, p_qty, p_price, p_stop_price, 'gtc',
                                   p_reference_price => p_reference_price, p_ctx => pg_temp.ctx(p_bot)) as r
$$;
create function pg_temp.cap(p_change text, p_bot text, p_currency text, p_limit numeric, p_slice numeric default null, p_reason text default 'why')
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.version, r.conflict_field)
      from trading.fn_set_cap(pg_temp.u(p_change), case when p_bot is null then 'global' else 'bot' end, case when p_bot is not null then pg_temp.u('account') end,
                              pg_temp.u(p_bot), p_currency, p_limit, p_slice, p_reason, 'ann') as r
$$;
create function pg_temp.fill(p_fill text, p_order text, p_qty numeric, p_price numeric) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.order_status)
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u(p_order), pg_temp.u('perp'), 'buy', p_qty, p_price, 0, null, null, null,
                                  p_filled_at => now()) as r
$$;
create function pg_temp.event(p_event text, p_order text, p_kind text, p_qty numeric default null, p_price numeric default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code, r.refusal_detail)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_event), p_kind, null, null, now(), p_qty, p_price,
                                         p_ctx => case when p_kind like '%request' then pg_temp.ctx('b1') end) as r
$$;
-- What is used, what of it is open, and what is allowed, of a bot or of all trading.
create function pg_temp.state(p_bot text default 'b1', p_currency text default 'USDT') returns text language sql as $$
    select format('%s %s %s', c.used, c.open, c.allowed)
      from trading.fn_caps() as c
     where c.currency = p_currency and (c.account_id = pg_temp.u('account') and c.bot_id = pg_temp.u(p_bot) or p_bot is null and c.scope = 'global')
$$;

select is(pg_temp.submit('before', 1000), 'created', 'without a cap nothing is limited');
select is((select count(*) from trading.notional_reserves as r where r.account_id = pg_temp.u('account')), 0::bigint, 'and nothing counted');

-- A cap of a bot. The multiplier is 2: an order of 1 at 100 comes to 200.
select is(pg_temp.cap('c1', 'b1', 'USDT', 1000), 'created 1', 'a bot may ask for 1000 a day');
select is(pg_temp.cap('c1', 'b1', 'USDT', 1000), 'replayed 1', 'said once');
select is(pg_temp.cap('c1', 'b1', 'USDT', 999), 'conflict 1 limit', 'another limit is a conflict');
select is(pg_temp.cap('c1', 'b1', 'USDT', 1000, 5), 'conflict 1 slice', 'another slice too');
select is(pg_temp.cap('c1', 'b2', 'USDT', 1000), 'conflict 1 bot_id', 'another bot too');
select is(pg_temp.cap('c1', 'b1', 'USDT', 1000, p_reason => 'else'), 'conflict 1 reason', 'another reason too');
select is(pg_temp.state(), '0 0 1000', 'what was asked for before does not count');
select is(pg_temp.submit('o1', 4), 'created', 'an order of 800');
select is(pg_temp.state(), '800 800 200', 'is used, and open');
select is(pg_temp.submit('o1', 4), 'replayed', 'a repetition counts once');
select is(pg_temp.submit('o2', 1.5),
    format('refused cap the bot may ask for 1000 USDT a day: 800 is used on %s, this order is 300, 200 would be allowed', (now() at time zone 'UTC')::date),
    'what does not fit is refused, and told which cap, its limit, what is used, the order and what would be allowed');
select is(pg_temp.submit('o3', 1), 'created', 'what would be allowed is');
select is(pg_temp.state(), '1000 1000 0', 'to the last unit');
select matches(pg_temp.submit('o4', 0.000001), '^refused cap', 'and not one more');
select is(pg_temp.submit('o5', 1000, p_bot => 'b2'), 'created', 'another bot has no cap');
select is(pg_temp.submit('o6', 1000, p_bot => null), 'created', 'nor have orders without a bot');
select matches(pg_temp.submit('o7', 1, p_instrument => 'spot'), '^refused cap the bot may ask for nothing in EUR', 'in a currency without a cap a capped bot may ask for nothing');
select is((select (a.action, a.outcome, a.code)::text from audit.audit_log as a where a.subject_type = 'order' and a.subject_id = pg_temp.u('o4')::text),
    '(trading.submit_order,refused,cap)', 'the refusal is audited');

-- What happens to orders
select is(pg_temp.event('e1', 'o3', 'reject'), 'created rejected', 'an order that the venue rejects');
select is(pg_temp.state(), '800 800 200', 'counts no more');
select is(pg_temp.fill('f1', 'o1', 1, 90), 'created partially_filled', 'a fill at a better price');
select is(pg_temp.state(), '780 600 220', 'counts at its price');
select is(pg_temp.fill('f2', 'o1', 1, 120), 'created partially_filled', 'one at a worse price');
select is(pg_temp.state(), '820 400 180', 'too');
select is((select r.outcome from trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u('x1'), pg_temp.u('f2'), p_occurred_at => now()) as r), 'created', 'a bust');
select is(pg_temp.state(), '780 600 220', 'makes it as if it had not been');
select is((select r.outcome from trading.fn_correct_fill(pg_temp.u('account'), pg_temp.u('x2'), pg_temp.u('f1'), p_price => 300, p_occurred_at => now()) as r),
    'created', 'a correction is recorded');
select is(pg_temp.state(), '1200 600 0', 'though it takes the use over the limit');
select matches(pg_temp.submit('o8', 0.1), '^refused cap .*1200 is used.*, 0 would be allowed', 'then nothing more is allowed');
select is(pg_temp.event('e2', 'o1', 'cancel'), 'created canceled', 'a cancel');
select is(pg_temp.state(), '600 0 400', 'gives back what was left');
select is(pg_temp.fill('f3', 'o1', 1, 100), 'created canceled', 'a late fill');
select is(pg_temp.state(), '800 0 200', 'counts');

-- Replace
select is(pg_temp.submit('r1', 0.5), 'created', 'an order of 100');
select is(pg_temp.event('e3', 'r1', 'replace_request', 0.8), 'created pending_replace', 'is to be of 160');
select is(pg_temp.state(), '960 160 40', 'which counts while it is asked for');
select is(pg_temp.event('e4', 'r1', 'replace_reject'), 'created submitted', 'is not replaced');
select is(pg_temp.state(), '900 100 100', 'and counts as before');
select matches(pg_temp.event('e5', 'r1', 'replace_request', 0.5, 250), '^refused submitted cap .* this order is 150, 100 would be allowed', 'a replace beyond the cap is not asked for');
select is(pg_temp.event('e6', 'r1', 'replace_request', 0.4, 200), 'created pending_replace', 'less at a higher price');
select is(pg_temp.state(), '1000 200 0', 'counts as the higher quantity at the higher price');
select is(pg_temp.event('e7', 'r1', 'replace'), 'created submitted', 'until it is replaced');
select is(pg_temp.state(), '960 160 40', 'and known what is in force');
select is(pg_temp.event('e8', 'r1', 'replace', 5, 200), 'created submitted', 'what the venue puts in force');
select is(pg_temp.state(), '2800 2000 0', 'is never refused');
select is(pg_temp.event('e9', 'before', 'replace_request', 1000, 101), 'refused submitted cap the bot may ask for 1000 USDT a day: 2800 is used on '
    || (now() at time zone 'UTC')::date || ', this order is 2000, 0 would be allowed', 'what is added to an order that did not count has to fit too');

-- Prices, currencies
select is(pg_temp.cap('c2', 'b1', 'USDT', 10000), 'created 2', 'a higher cap');
select matches(pg_temp.submit('o8', 0.1), '^refused cap', 'what was refused stays refused');
select matches(pg_temp.submit('m1', 1, null, p_type => 'market'), '^refused cap_price', 'a market order without a price to value it at is refused');
select is(pg_temp.submit('m2', 1, null, p_type => 'market', p_reference_price => 100), 'created', 'with one it is not');
select is(pg_temp.submit('s1', 1, null, p_type => 'stop', p_stop_price => 500), 'created', 'a stop is valued at its stop price');
select is(pg_temp.state(), '4000 3200 6000', 'so much is used');
select is(pg_temp.cap('c3', 'b1', 'USD', 1000), 'created 1', 'a cap in another currency');
select is(pg_temp.submit('i1', 10, null, p_instrument => 'inverse', p_type => 'market'), 'created', 'an inverse contract needs no price');
select is(pg_temp.state(p_currency => 'USD'), '1000 1000 0', 'its quantity is money already');

-- Met at the venue, submitted later
select is(pg_temp.fill('f9', 'x1', 1, 100), 'created partially_filled', 'a fill of an order that nobody submitted');
select is((select r.outcome from trading.fn_halt(pg_temp.u('h1'), 'account', pg_temp.u('account'), null, 'why', 'ann') as r), 'created', 'in an account that is halted');
select is(pg_temp.submit('x1', 1), 'created', 'is claimed all the same');
select is((select r.outcome from trading.fn_resume(pg_temp.u('account'), pg_temp.u('h1'), 'why', 'ann') as r), 'created', 'the halt ends');
select is(pg_temp.state(), '4200 3200 5800', 'and what was claimed counts');

-- All trading
select is(pg_temp.cap('g1', null, 'USDT', 5200, 1000), 'created 1', 'all trading may ask for 1000 more');
select is(pg_temp.submit('g1', 1, p_bot => 'b2'), 'created', 'a bot without a cap of its own counts');
select is(pg_temp.submit('g2', 1, p_bot => null), 'created', 'so does an order without a bot');
select is(pg_temp.fill('f10', 'g1', 1, 200), 'created filled', 'a fill that costs more than was reserved');
select is(pg_temp.state(null), '4800 3400 400', 'is used');
select matches(pg_temp.submit('g3', 3, p_bot => null), '^refused cap all trading .* 4800 is used .*, this order is 600, 400 would be allowed',
    'and not allowed to others, whatever they were handed before');
select is(pg_temp.submit('g4', 2, p_bot => null), 'created', 'the rest is');
select is(pg_temp.state(null), '5200 3800 0', 'to the last unit');

-- What a bot took more than it was reserved, when the slices of all bots are emptied meanwhile
select is(pg_temp.cap('g5', null, 'USDT', 15200, 5000), 'created 2', 'all trading may ask for 10000 more');
select is(pg_temp.cap('d1', 'b2', 'USDT', 1400, 900), 'created 1', 'a bot for 1000 of them');
select is(pg_temp.submit('k1', 0.5, p_bot => 'b2'), 'created', 'which asks for 100, and is handed 900');
select is(pg_temp.fill('f11', 'k1', 0.5, 600), 'created filled', 'and pays 600');
select is(pg_temp.submit('k2', 45, p_bot => null), 'created', 'nearly all that is left');
select is(pg_temp.cap('g6', null, 'USDT', 1000000, 5000), 'created 3', 'all trading may ask for much more');
select is(pg_temp.submit('k3', 0.5, p_bot => 'b2'), 'created', 'the bot for a little');
select matches(pg_temp.submit('k4', 3, p_bot => 'b2'), '^refused cap the bot .* 1100 is used .*, this order is 600, 300 would be allowed', 'and for no more than its cap');
select is(pg_temp.submit('k5', 1.5, p_bot => 'b2'), 'created', 'which it may use up');

select is((select count(*) from trading.fn_check_caps(pg_temp.u('account'))), 0::bigint, 'all of it is what the orders come to');
select ok((select count(*) > 1 and bool_and(l.actor = 'ann' and l.reason is not null and l.scope in ('bot', 'global'))
             from trading.risk_audit_log as l where l.action = 'trading.set_cap'), 'who set which cap, and why');
select throws_ok($$ select pg_temp.cap('c9', 'none', 'USDT', 1) $$, 'TB002', null, 'an unknown bot');

-- A bust that came before its fill, of an order of which another fill has changed already what it counts
do $$
begin
    perform trading.fn_configure_bot(pg_temp.u('account'), pg_temp.u('b3'), pg_temp.u('b3'), 'b3', 'running', null, null, 'test');
    perform trading.fn_acquire_lease(pg_temp.u('account'), pg_temp.u('b3'), pg_temp.u('b3'), 'me', '1h');
    perform pg_temp.cap('w', 'b3', 'USDT', 1000);
    perform pg_temp.submit('w1', 1, p_bot => 'b3');
end
$$;
select is(pg_temp.fill('w1', 'w1', 0.5, 90), 'created partially_filled', 'a fill of an order of 200');
select is(pg_temp.state('b3'), '190 100 810', 'counts at its price');
select is((select r.outcome from trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u('x3'), pg_temp.u('w2'), 0, p_occurred_at => now()) as r), 'created',
          'a bust that leaves nothing, of a fill that is not known');
select is(pg_temp.state('b3'), '190 100 810', 'changes nothing yet');
select is(pg_temp.fill('w2', 'w1', 0.5, 90), 'created canceled', 'its fill would have filled the order, which is over');
select is(pg_temp.state('b3'), '90 0 910', 'which counts what was filled');

select * from finish();
rollback;
