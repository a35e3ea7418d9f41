begin;
select plan(59);

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

create function pg_temp.submit(p_order text, p_qty numeric, p_side text default 'buy') returns void language sql as $$
    select from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), p_side, 'market', p_qty, null, null, null)
$$;
create function pg_temp.record(p_order text, p_event text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_order || p_event), p_event, null, null, now()) as r
$$;
-- A fill at 100 without a fee; says the outcome, the order's status and cumulative quantity, and the flags.
create function pg_temp.fill(p_fill text, p_order text, p_qty numeric, p_price numeric default 100, p_trade text default null,
                             p_side text default 'buy', p_instrument text default 'perp', p_fee numeric default 0,
                             p_fee_currency text default null, p_discriminator text default '', p_position_key text default '',
                             p_at timestamptz default now(), p_fee_rate numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, nullif(r.fill_id, pg_temp.u(p_fill)), r.order_status, r.order_cum_qty, nullif(r.flags, '{}'),
                     r.conflict_field, r.refusal_code)
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, p_qty,
                                  p_price, p_fee, p_fee_currency, 'taker', p_trade, p_discriminator, p_position_key, p_at, p_fee_rate) as r
$$;
create function pg_temp.quantities(p_order text) returns text language sql as $$
    select concat_ws(' ', o.status, o.cum_qty, trading._order_leaves(o.lifecycle, o.working_qty, o.cum_qty),
                     trading._order_overfill(o.working_qty, o.cum_qty))
      from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u(p_order)
$$;

-- Overfills
select pg_temp.submit('a', 100000);
select is(pg_temp.fill('a1', 'a', 110000), 'created filled 110000 {overfill}', 'an overfill is recorded and flagged');
select is(pg_temp.quantities('a'), 'filled 110000 0 10000', 'it fills the order and nothing is left');
select pg_temp.submit('b', 100000);
select is(pg_temp.fill('b1', 'b', 80000), 'created partially_filled 80000', 'a part');
select is(pg_temp.quantities('b'), 'partially_filled 80000 20000 0', 'leaves the rest');
select is(pg_temp.fill('b2', 'b', 30000), 'created filled 110000 {overfill}', 'too much for the rest');
select is(pg_temp.quantities('b'), 'filled 110000 0 10000', 'is an overfill by the difference');
select pg_temp.submit('c', 2450.5);
select is(pg_temp.fill('c1', 'c', 1202.5), 'created partially_filled 1202.5', 'a part with decimals');
select is(pg_temp.quantities('c'), 'partially_filled 1202.5 1248 0', 'leaves the rest, exact');
select is(pg_temp.fill('c2', 'c', 1285.5), 'created filled 2488 {overfill}', 'and again too much');
select is(pg_temp.quantities('c'), 'filled 2488 0 37.5', 'by the difference, exact');

-- Filled while a cancel is pending
select pg_temp.submit('d', 10000);
select is(pg_temp.record('d', 'acknowledge'), 'created accepted', 'd is acknowledged');
select is(pg_temp.fill('d1', 'd', 2000), 'created partially_filled 2000', 'd fills');
select is(pg_temp.fill('d2', 'd', 3000), 'created partially_filled 5000', 'd fills again');
select is(pg_temp.record('d', 'cancel_request'), 'created pending_cancel', 'a cancel is asked for');
select is(pg_temp.quantities('d'), 'pending_cancel 5000 5000 0', 'the rest may still fill');
select is(pg_temp.fill('d3', 'd', 5000), 'created pending_cancel 10000', 'it does: the cancel stays pending');
select is(pg_temp.quantities('d'), 'pending_cancel 10000 0 0', 'nothing is left');
select is(pg_temp.record('d', 'cancel_reject'), 'created filled', 'too late to cancel: filled');

-- Filled after the cancel
select pg_temp.submit('e', 10000);
select is(pg_temp.fill('e1', 'e', 5000, 50), 'created partially_filled 5000', 'e fills');
select is(pg_temp.record('e', 'cancel'), 'created canceled', 'e is canceled');
select is(pg_temp.quantities('e'), 'canceled 5000 0 0', 'nothing is left of it');
select is(pg_temp.fill('e2', 'e', 4000, 51), 'created canceled 9000 {late}', 'a late fill counts, and the order stays canceled');
select is(pg_temp.fill('e3', 'e', 1000, 51), 'created filled 10000 {late}', 'unless it is full');

-- Out of order, and after a rejection
select pg_temp.submit('g', 10);
select is(pg_temp.fill('g1', 'g', 1, p_at => now() - interval '1 hour'), 'created partially_filled 1 {out_of_order}', 'an old fill is flagged');
select is(pg_temp.record('g', 'acknowledge'), 'created partially_filled', 'the acknowledgement may come after the fill');
select pg_temp.submit('r', 10);
select is(pg_temp.record('r', 'reject'), 'created rejected', 'r is rejected');
select is(pg_temp.fill('r1', 'r', 1), 'created rejected 1 {late}', 'a fill of a rejected order still moves money');

-- Repetitions and contradictions
select is(pg_temp.fill('e2', 'e', 4000.0, 51.00), 'replayed canceled 9000 {late}', 'a replay answers as the first time');
select is(pg_temp.fill('e2', 'e', 4001, 51), 'conflict qty', 'another quantity is a conflict that names it');
select is(pg_temp.fill('e2', 'e', 4000, 52), 'conflict price', 'another price too');
select is(pg_temp.fill('e2', 'd', 4000, 51), 'conflict order_id', 'another order too');
select is(pg_temp.fill('e2', 'never', 4000, 51, p_instrument => 'spot'), 'conflict order_id', 'even one that is unknown');
select is((select count(*) from trading.orders as o where o.order_id = pg_temp.u('never')), 0::bigint, 'which does not come into the book');
select is((select a.detail #>> '{received,qty}' from audit.audit_log as a
            where a.subject_type = 'fill' and a.subject_id = pg_temp.u('e2')::text and a.code = 'qty'), '4001', 'what was received is kept in the audit log');
select is((select e.payload #>> '{received,price}' from bus.domain_events as e
            where e.event_type = 'trading.fill_conflicted' and e.aggregate_id = pg_temp.u('e')::text and e.payload ->> 'conflict_field' = 'price'),
    '52', 'and in the event');
select pg_temp.submit('t', 100);
select is(pg_temp.fill('t1', 't', 1, p_trade => 'T1'), 'created partially_filled 1', 'a fill with a trade number');
select is(pg_temp.fill('t1x', 't', 1, p_trade => 'T1'), 'replayed ' || pg_temp.u('t1') || ' partially_filled 1',
    'the number under another id answers with the first id');
select is(pg_temp.fill('t1x', 't', 2, p_trade => 'T1'), 'conflict ' || pg_temp.u('t1') || ' qty', 'the number with other content is a conflict');
select is(pg_temp.fill('t2', 't', 2, p_trade => 'T1', p_discriminator => '2'), 'created partially_filled 3',
    'a discriminator tells partial fills of one number apart');
select is(pg_temp.fill('t3', 't', 1, p_side => 'sell'), 'conflict order.side', 'a fill cannot have another side than its order');
select is(pg_temp.fill('t3', 't', 1, p_instrument => 'spot'), 'conflict order.instrument_id', 'nor another instrument');
select is(pg_temp.fill('t3', 't', 1, p_position_key => 'p'), 'conflict order.position_key', 'nor another position');
select is(pg_temp.events(pg_temp.u('t')::text),
    'order_submitted 1, fill_recorded 2, fill_conflicted 3, fill_recorded 4, fill_conflicted 5, fill_conflicted 6, fill_conflicted 7',
    'one event for each, versions without a gap');

-- Fees, each kept in its currency
select is(pg_temp.fill('s1', 's', 1, p_instrument => 'spot', p_fee => 1.0, p_fee_currency => 'USDT'), 'created partially_filled 1 {orphan}', 'fee in quote');
select is(pg_temp.fill('s2', 's', 1, p_instrument => 'spot', p_fee => 0.5), 'created partially_filled 2 {orphan}', 'fee without a currency: that of the position');
select is(pg_temp.fill('s3', 's', 1, p_instrument => 'spot', p_fee => 2.0, p_fee_currency => 'BNB'), 'created partially_filled 3 {orphan,unpriced_fee}',
    'fee in a third asset');
select is(pg_temp.fill('s4', 's', 1, p_instrument => 'spot', p_fee => 0.0001, p_fee_currency => 'BTC'), 'created partially_filled 4 {orphan}', 'fee in base');
select is(pg_temp.fill('s5', 's', 1, p_instrument => 'spot', p_fee => -0.25, p_fee_currency => 'USDT'), 'created partially_filled 5 {orphan}', 'rebate');
select results_eq(
    $$ select f.currency, f.fee_kind, f.amount
         from trading.v_position_fees as f
         join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
        where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('spot') order by 1 $$,
    $$ values ('BNB', 'other', 2::numeric), ('BTC', 'base', 0.0001), ('USDT', 'settle', 1.25) $$, 'three totals');
select is((select (p.signed_qty, p.open_cost, p.realized_gross, p.fees, p.realized_net, p.cycle, p.version)::text from trading.positions as p
            where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('spot')),
    '(4.9999,499.99,-0.01,1.25,-1.26,1,5)', 'the position holds what they make of it');
select is(pg_temp.fill('s6', 's', 1, p_instrument => 'spot', p_fee => 0.5, p_fee_currency => 'BNB', p_fee_rate => 600.3),
    'created partially_filled 6 {orphan}', 'a third asset with a rate is priced');
select is((select string_agg(concat_ws(' ', f.currency, f.fee_kind, f.amount), ', ' order by f.currency)
             from trading.v_position_fees as f
             join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
            where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('spot'))
          || ': ' || (select concat_ws(' ', p.realized_gross, p.fees, p.realized_net) from trading.positions as p
                       where p.account_id = pg_temp.u('account') and p.instrument_id = pg_temp.u('spot')),
    'BNB other 2.5, BTC base 0.0001, USDT settle 1.25: -0.01 301.4 -301.41',
    'it is subtracted from the result at that rate, and stays a fee in its own currency');
select is(pg_temp.fill('s6', 's', 1, p_instrument => 'spot', p_fee => 0.5, p_fee_currency => 'BNB'),
    'replayed partially_filled 6 {orphan}', 'a replay need not name the rate');
select is(pg_temp.fill('s6', 's', 1, p_instrument => 'spot', p_fee => 0.5, p_fee_currency => 'BNB', p_fee_rate => 600),
    'conflict fee_rate', 'but not another one');

select throws_ok($$ select pg_temp.fill('x', 'x', 1, p_fee => 1, p_fee_currency => 'XYZ') $$, 'TB002', null, 'unknown fee currency');
select throws_ok($$ select pg_temp.fill('x', 'x', -1) $$, 'TB001', null, 'a quantity is positive');
select throws_ok($$ select pg_temp.fill('x', 'x', 1, 'NaN') $$, 'TB001', null, 'a price is a number');
select throws_ok($$ select pg_temp.fill('x', 'x', 1, p_at => null) $$, 'TB001', null, 'a fill has its time');
select throws_ok($$ select pg_temp.fill('x', 'x', 1, p_instrument => 'none') $$, 'TB002', null, 'unknown instrument');

select * from finish();
rollback;
