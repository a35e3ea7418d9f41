begin;
select plan(29);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'hedging', 1000);
end
$$;

create function pg_temp.submit(p_order text, p_qty numeric, p_side text default 'buy', p_key text default null) returns void language sql as $$
    select from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), p_side, 'market', p_qty, null, null,
                                        null, coalesce(p_key, p_order))
$$;
create function pg_temp.fill(p_fill text, p_order text, p_qty numeric, p_price numeric default 100, p_side text default 'buy',
                             p_key text default null, p_fee numeric default 0, p_fee_currency text default null,
                             p_instrument text default 'perp', p_fee_rate numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.order_status, r.order_cum_qty, r.position_qty, r.realized_pnl, nullif(r.flags, '{}'), r.conflict_field)
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, p_qty,
                                  p_price, p_fee, p_fee_currency, null, null, '', coalesce(p_key, p_order), now(), p_fee_rate) as r
$$;
create function pg_temp.correct(p_event text, p_fill text, p_qty numeric default null, p_price numeric default null, p_fee numeric default null,
                                p_fee_currency text default null, p_fee_rate numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, case when r.waiting then 'waiting' end, r.order_status, r.order_cum_qty, r.position_qty, r.realized_pnl,
                     r.conflict_field, r.refusal_code)
      from trading.fn_correct_fill(pg_temp.u('account'), pg_temp.u(p_event), pg_temp.u(p_fill), p_qty, p_price, p_fee, p_fee_currency, p_fee_rate) as r
$$;
create function pg_temp.position(p_key text) returns text language sql as $$
    select concat_ws(' ', p.signed_qty, trim_scale(p.avg_price), trim_scale(p.realized_gross), trim_scale(p.fees), p.cycle, p.version)
      from trading.positions as p where p.account_id = pg_temp.u('account') and p.position_key = p_key
$$;
create function pg_temp.trades(p_key text) returns text language sql as $$
    select string_agg(concat_ws(' ', t.side, t.qty, t.price, t.realized_gross, nullif(t.fee, 0), t.fee_currency, t.fee_rate, t.realized_net), ', '
                      order by t.position_version)
      from trading.trades as t where t.account_id = pg_temp.u('account') and t.position_key = p_key
$$;

-- Two buys and a sale; then the price of the second buy is corrected
select pg_temp.submit('g', 10), pg_temp.submit('h', 10, 'sell', 'g');
select pg_temp.fill('g1', 'g', 5, 100), pg_temp.fill('g2', 'g', 5, 102), pg_temp.fill('h1', 'h', 4, 110, 'sell', 'g');
select is(pg_temp.correct('e1', 'g2', p_price => 101), 'created filled 10 6 38', 'the price of the second buy was 101');
select is(pg_temp.position('g'), '6 100.5 38 0 1 4', 'long 6 at 100.5, realised 38');
select is(pg_temp.trades('g'), 'buy 5 100 0 0, buy 5 101 0 0, sell 4 110 38 38', 'trades have the terms that count');
select is((select o.cum_value from trading.orders as o where o.order_id = pg_temp.u('g')), 1005::numeric, 'and so has the order');
select is(pg_temp.correct('e1', 'g2', p_price => 101), 'replayed filled 10 6 38', 'a replay answers as the first time');
select is(pg_temp.correct('e1', 'g2', p_price => 103), 'conflict price', 'another price is a conflict');
select is(pg_temp.correct('e1', 'g2', p_qty => 5, p_price => 101), 'conflict qty', 'so is a quantity');
select is(pg_temp.correct('e2', 'g2', p_qty => 4), 'created partially_filled 9 5 38.222222222222222222', 'then its quantity: the order turns out not to be full');
select is(pg_temp.trades('g'), 'buy 5 100 0 0, buy 4 101 0 0, sell 4 110 38.222222222222222222 38.222222222222222222',
    'an earlier correction of something else stands');
select is(pg_temp.correct('e3', 'g2', p_qty => 5, p_price => 102), 'created filled 10 6 36', 'all is taken back');
select is((select count(*) from trading.fill_restatements as r join trading.fills as f on f.account_id = r.account_id and f.fill_id = r.fill_id
            where f.position_key = 'g'), 0::bigint, 'what was answered is true again, and nothing is restated');
select is(pg_temp.fill('g2', 'g', 5, 102), 'replayed filled 10 10 0', 'the fill is replayed as it was answered');

-- A correction that moves where cycles begin and end: the first sale did not close the position, and so on
select pg_temp.fill('k1', 'k', 2, 100, 'buy'), pg_temp.fill('k2', 'ks', 2, 110, 'sell', 'k'), pg_temp.fill('k3', 'k', 3, 120, 'buy'),
       pg_temp.fill('k4', 'ks', 3, 130, 'sell', 'k'), pg_temp.fill('k5', 'k', 1, 90, 'buy');
select is(pg_temp.position('k'), '1 90 50 0 3 5', 'three cycles');
select is(pg_temp.correct('k e1', 'k2', p_qty => 1), 'created partially_filled 4 2 55', 'the first sale was half of it');
select is((select string_agg(concat_ws('/', t.position_cycle, t.position_qty, t.realized_gross), ' ' order by t.position_version)
             from trading.fill_terms as t where t.position_key = 'k'), '1/2/0 1/1/10 1/4/0 1/1/45 1/2/0', 'they are one cycle');
select is(pg_temp.correct('k e2', 'k2', p_qty => 3), 'created partially_filled 6 0 70', 'it was more than there was');
select is((select string_agg(concat_ws('/', t.position_cycle, t.position_qty, t.realized_gross), ' ' order by t.position_version)
             from trading.fill_terms as t where t.position_key = 'k'), '1/2/0 2/-1/20 3/2/-10 4/-1/20 4/0/40', 'a chain of flips') ;
select is(pg_temp.correct('k e3', 'k2', p_qty => 2, p_price => 111), 'created partially_filled 5 1 52', 'only its price was wrong');
select is((select string_agg(concat_ws('/', f.position_version, r.realized_gross), ' ') from trading.fill_restatements as r
             join trading.fills as f on f.account_id = r.account_id and f.fill_id = r.fill_id where f.position_key = 'k'), '2/22',
    'one fill realises something else');

-- Fees
select pg_temp.fill('q1', 'q', 1, 100, p_fee => 2, p_fee_currency => 'BNB', p_fee_rate => 3);
select is(pg_temp.correct('q e1', 'q1', p_fee_rate => 3.5), 'created partially_filled 1 1 -7', 'another rate');
select is(pg_temp.correct('q e2', 'q1', p_fee_currency => 'BNB'), 'created partially_filled 1 1 0', 'a currency without a rate is without a price');
select is(pg_temp.correct('q e3', 'q1', p_fee => 1, p_fee_currency => 'USDT'), 'created partially_filled 1 1 -1', 'in the currency of the position it needs none');
select is(pg_temp.correct('q e4', 'q1', p_fee => 0), 'created partially_filled 1 1 0', 'there was none');
select is((select count(*) from trading.v_position_fees as f join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
            where p.position_key = 'q'), 0::bigint, 'and nothing is left of it');

-- A correction that comes first
select is(pg_temp.correct('w e1', 'w1', p_qty => 3) || ' ' || pg_temp.correct('w e2', 'w1', p_price => 90), 'created waiting created waiting',
    'corrections of an unknown fill wait');
select is(pg_temp.fill('w1', 'w', 2, 100), 'created partially_filled 3 3 0 {orphan,corrected}', 'the fill comes and counts on the terms of both');
select is(pg_temp.trades('w') || ': ' || pg_temp.position('w'), 'buy 3 90 0 0: 3 90 0 0 1 1', 'here and there');

select throws_ok($$ select pg_temp.correct('x', 'g1') $$, 'TB001', null, 'a correction corrects something');

select pg_temp.submit('z', 10), pg_temp.correct('z1 fee', 'z1', p_fee => 2);
select is(pg_temp.fill('z1', 'z', 5, 100, p_fee_currency => 'BNB'), 'created partially_filled 5 5 -2 {corrected}',
    'a fee that was none has no currency: the one that comes instead is in that of the position, whichever came first');
select * from finish();
rollback;
