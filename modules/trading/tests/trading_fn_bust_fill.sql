begin;
select plan(49);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT', 'perp', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT');
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'hedging', 1000);
end
$$;

-- Each order works for a position of its own name, unless told otherwise.
create function pg_temp.submit(p_order text, p_qty numeric, p_side text default 'buy', p_key text default null) returns void language sql as $$
    select from trading.fn_submit_order(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u('perp'), p_side, 'market', p_qty, null, null,
                                        null, coalesce(p_key, p_order))
$$;
create function pg_temp.record(p_order text, p_event text) returns text language sql as $$
    select concat_ws(' ', r.outcome, r.status, r.refusal_code)
      from trading.fn_record_order_event(pg_temp.u('account'), pg_temp.u(p_order), pg_temp.u(p_order || p_event), p_event, null, null, now()) as r
$$;
create function pg_temp.fill(p_fill text, p_order text, p_qty numeric, p_price numeric default 100, p_side text default 'buy',
                             p_key text default null, p_fee numeric default 0, p_fee_currency text default null,
                             p_instrument text default 'perp', p_fee_rate numeric default null)
returns text language sql as $$
    select concat_ws(' ', r.outcome, r.order_status, r.order_cum_qty, r.position_qty, r.realized_pnl, nullif(r.flags, '{}'), r.conflict_field)
      from trading.fn_record_fill(pg_temp.u('account'), pg_temp.u(p_fill), pg_temp.u(p_order), pg_temp.u(p_instrument), p_side, p_qty,
                                  p_price, p_fee, p_fee_currency, null, null, '', coalesce(p_key, p_order), now(), p_fee_rate) as r
$$;
create function pg_temp.bust(p_event text, p_fill text, p_leaves numeric default null, p_reason text default null) returns text language sql as $$
    select concat_ws(' ', r.outcome, case when r.waiting then 'waiting' end, r.order_status, r.order_cum_qty, r.position_qty, r.realized_pnl,
                     r.conflict_field, r.refusal_code)
      from trading.fn_bust_fill(pg_temp.u('account'), pg_temp.u(p_event), pg_temp.u(p_fill), p_leaves, p_reason) as r
$$;
create function pg_temp.quantities(p_order text) returns text language sql as $$
    select concat_ws(' ', o.status, o.cum_qty, o.cum_value, trading._order_leaves(o.lifecycle, o.working_qty, o.cum_qty))
      from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u(p_order)
$$;
create function pg_temp.position(p_key text) returns text language sql as $$
    select concat_ws(' ', p.signed_qty, trim_scale(p.avg_price), trim_scale(p.realized_gross), trim_scale(p.fees), p.cycle, p.version)
      from trading.positions as p where p.account_id = pg_temp.u('account') and p.position_key = p_key
$$;
create function pg_temp.events(p_aggregate_id text) returns text language sql as $$
    select string_agg(split_part(e.event_type, '.', 2) || ' ' || e.aggregate_version, ', ' order by e.id)
      from bus.domain_events as e
     where e.aggregate_id = p_aggregate_id and e.xid = pg_current_xact_id()
$$;

-- A bust while a cancel is pending and one after it
select pg_temp.submit('a', 10000);
select is(pg_temp.fill('a1', 'a', 5000, 50), 'created partially_filled 5000 5000 0', 'half of it fills');
select is(pg_temp.record('a', 'cancel_request'), 'created pending_cancel', 'a cancel is asked for');
select is(pg_temp.record('a', 'cancel'), 'created canceled', 'and comes');
select is(pg_temp.bust('a1 bust', 'a1'), 'created canceled 0 0 0', 'the fill is busted: canceled, nothing filled');
select is(pg_temp.quantities('a'), 'canceled 0 0 0', 'nothing is left of the order');
select is(pg_temp.fill('a2', 'a', 4000, 51), 'created canceled 4000 4000 0 {late}', 'a late fill counts, and the order stays canceled');
select is(pg_temp.quantities('a'), 'canceled 4000 204000 0', 'with nothing left');

-- A bust of a full order
select pg_temp.submit('b', 10);
select pg_temp.fill('b1', 'b', 6), pg_temp.fill('b2', 'b', 4);
select is(pg_temp.quantities('b'), 'filled 10 1000 0', 'a full order');
select is(pg_temp.bust('b2 bust', 'b2', 4), 'created partially_filled 6 6 0', 'whose venue says that 4 are left is partly filled again');
select is(pg_temp.quantities('b'), 'partially_filled 6 600 4', 'and 4 are left');
select pg_temp.submit('c', 10);
select pg_temp.fill('c1', 'c', 6), pg_temp.fill('c2', 'c', 4);
select is(pg_temp.bust('c2 bust', 'c2', 0), 'created canceled 6 6 0', 'one of which nothing is left is done');
select pg_temp.submit('d', 10);
select pg_temp.fill('d1', 'd', 10);
select is(pg_temp.bust('d1 bust', 'd1'), 'created canceled 0 0 0', 'and so is one of which the venue does not say');
select pg_temp.submit('e', 10);
select pg_temp.fill('e1', 'e', 10), pg_temp.fill('e2', 'e', 5);
select is(pg_temp.bust('e2 bust', 'e2'), 'created filled 10 10 0', 'one that is full without it stays full');
select pg_temp.submit('f', 10);
select pg_temp.fill('f1', 'f', 3);
select is(pg_temp.bust('f1 bust', 'f1'), 'created submitted 0 0 0', 'one that was not full goes on');

-- The position: two buys and a sale; then the second buy is busted
select pg_temp.submit('g', 10), pg_temp.submit('h', 10, 'sell', 'g');
select pg_temp.fill('g1', 'g', 5, 100), pg_temp.fill('g2', 'g', 5, 102), pg_temp.fill('h1', 'h', 4, 110, 'sell', 'g');
select is(pg_temp.position('g'), '6 101 36 0 1 3', 'long 6 at 101, realised 36');
select is(pg_temp.bust('g2 bust', 'g2', p_reason => 'erroneous'), 'created canceled 5 1 40', 'the second buy is busted');
select is(pg_temp.position('g'), '1 100 40 0 1 4', 'long 1 at 100, realised 40');
select is((select string_agg(concat_ws(' ', f.fill_id = pg_temp.u('h1'), r.position_cycle, r.position_qty, r.realized_gross, r.realized_net), ', '
                             order by f.position_version)
             from trading.fill_restatements as r join trading.fills as f on f.account_id = r.account_id and f.fill_id = r.fill_id
            where f.position_key = 'g'), 'f 1 5 0 0, t 1 1 40 40', 'the bust and the sale are restated');
select is((select string_agg(concat_ws(' ', t.side, t.qty, t.price, t.realized_gross), ', ' order by t.position_version)
             from trading.trades as t where t.account_id = pg_temp.u('account') and t.position_key = 'g'),
    'buy 5 100 0, sell 4 110 40', 'trades are those that count, with what they realise now');
select is((select string_agg(concat_ws(' ', f.qty, f.realized_gross), ', ' order by f.position_version)
             from trading.fills as f where f.account_id = pg_temp.u('account') and f.position_key = 'g'),
    '5 0, 5 0, 4 36', 'fills are as they were answered');
select is(pg_temp.events(pg_temp.u('g')::text), 'order_submitted 1, fill_recorded 2, fill_recorded 3, fill_busted 4', 'one event, of the order');
select is((select (e.payload - 'event_id' - 'order_id' - 'instrument_id' - 'position_id')::jsonb from bus.domain_events as e
            where e.event_type = 'trading.fill_busted' and e.aggregate_id = pg_temp.u('g')::text),
    jsonb_build_object('fill_id', pg_temp.u('g2'), 'reason', 'erroneous', 'order_status', 'canceled', 'order_cum_qty', '5', 'position_key', 'g',
                       'position_version', 4, 'position_cycle', 1, 'position_qty', '1', 'position_avg_price', '100', 'position_realized', '40'),
    'which says where it left order and position');

-- Repetitions, contradictions, refusals
select is(pg_temp.bust('g2 bust', 'g2', p_reason => 'erroneous'), 'replayed canceled 5 1 40', 'a replay answers as the first time');
select is(pg_temp.bust('g2 bust', 'g1', p_reason => 'erroneous'), 'conflict fill_id', 'another fill is a conflict');
select is(pg_temp.bust('g2 bust', 'g2', 1, 'erroneous'), 'conflict leaves_qty', 'so is another quantity left');
select is(pg_temp.bust('g2 bust', 'g2'), 'conflict reason', 'or another reason');
select is((select r.outcome || ' ' || r.conflict_field
             from trading.fn_correct_fill(pg_temp.u('account'), pg_temp.u('g2 bust'), pg_temp.u('g2'), p_qty => 1) as r), 'conflict kind',
    'or a correction');
select is(pg_temp.bust('g2 again', 'g2'), 'refused canceled 5 1 40 already_busted', 'a second bust is refused');
select is(pg_temp.bust('g2 again', 'g2'), 'refused canceled 5 1 40 already_busted', 'for ever');
select is((select r.outcome || ' ' || r.refusal_code
             from trading.fn_correct_fill(pg_temp.u('account'), pg_temp.u('g2 corrected'), pg_temp.u('g2'), p_qty => 1) as r),
    'refused already_busted', 'and so is a correction of what was busted');
select is(pg_temp.position('g'), '1 100 40 0 1 4', 'neither moves the position');
select is(pg_temp.fill('g2', 'g', 5, 102), 'replayed filled 10 10 0', 'the fill itself is replayed as it was answered');
select is((select string_agg(a.code, ' ') from audit.audit_log as a where a.action = 'trading.amend_fill'), 'already_busted already_busted', 'refusals are audited');

-- Busts that come before their fills
select pg_temp.submit('o', 100);
select is(pg_temp.bust('o1 bust', 'o1'), 'created waiting', 'a bust of an unknown fill waits');
select is(pg_temp.bust('o1 bust', 'o1'), 'replayed waiting', 'its replay says so');
select is(pg_temp.bust('o1 again', 'o1'), 'refused waiting already_busted', 'another one is refused');
select is((select string_agg(concat_ws(' ', e.payload ->> 'kind', e.payload ->> 'outcome', e.payload ->> 'refusal_code'), ', ' order by e.id)
             from bus.domain_events as e where e.event_type = 'trading.fill_event_kept'), 'bust created, bust refused already_busted',
    'both are events of the account');
select is(pg_temp.fill('o1', 'o', 40), 'created submitted 0 0 0 {busted}', 'the fill comes and counts nowhere');
select is(pg_temp.bust('o2 bust', 'o2'), 'created waiting', 'the bust of another one waits');
select is(pg_temp.quantities('o') || ': ' || pg_temp.position('o'), 'submitted 0 0 100: 0 0 0 0 0 1', 'order and position agree');
select is(pg_temp.events(pg_temp.u('o')::text), 'order_submitted 1, fill_recorded 2, fill_busted 3', 'the bust follows its fill in the log');
select is(pg_temp.bust('o1 bust', 'o1'), 'replayed waiting', 'and is answered as it was');
select pg_temp.submit('p', 10);
select pg_temp.bust('p2 bust', 'p2');
select pg_temp.fill('p1', 'p', 6);
select is(pg_temp.fill('p2', 'p', 4), 'created canceled 6 6 0 {busted}', 'a full order that is busted first ends as one that is busted last');

create function pg_temp.requested(p_order text) returns text language sql as $$
    select concat_ws(' ', o.status, o.pending, o.requested_qty)
      from trading.orders as o where o.account_id = pg_temp.u('account') and o.order_id = pg_temp.u(p_order)
$$;
select pg_temp.submit('r', 10), pg_temp.submit('s', 10);
select from trading.fn_request_replace(pg_temp.u('account'), pg_temp.u('r'), pg_temp.u('r replace'), 8, null, null, null, now());
select from trading.fn_request_replace(pg_temp.u('account'), pg_temp.u('s'), pg_temp.u('s replace'), 8, null, null, null, now());
select pg_temp.bust('r1 bust', 'r1'), pg_temp.bust('s1 bust', 's1');
select pg_temp.fill('r1', 'r', 10);
select is(pg_temp.requested('r'), 'canceled none', 'nothing is asked for any more when such a fill ends an order with a replace under way');
select from trading.fn_record_fills(pg_temp.u('account'), array[pg_temp.u('s1')], array[pg_temp.u('s')], array[pg_temp.u('perp')], array['buy'],
                                    array[10], array[100], null, null, null, null, null, array['s'], array[now()]);
select is(pg_temp.requested('s'), 'canceled none', 'nor when it comes in a batch');

-- Fees
select pg_temp.fill('q1', 'q', 1, 100, p_key => 'q', p_fee => 2, p_fee_currency => 'BNB', p_instrument => 'spot', p_fee_rate => 3);
select pg_temp.fill('q2', 'q', 1, 100, p_key => 'q', p_fee => 5, p_fee_currency => 'BNB', p_instrument => 'spot');
select pg_temp.fill('q3', 'q', 1, 100, p_key => 'q', p_fee => 0.1, p_fee_currency => 'BTC', p_instrument => 'spot');
select is(pg_temp.position('q'), '2.9 100 -10 6 1 3', 'fees of three kinds');
select is(pg_temp.bust('q1 bust', 'q1') || pg_temp.bust('q3 bust', 'q3'), 'created partially_filled 2 1.9 -10' || 'created partially_filled 1 1 0',
    'what is busted costs nothing');
select is((select string_agg(concat_ws(' ', f.currency, f.amount), ', ' order by f.currency) from trading.v_position_fees as f
             join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
            where p.position_key = 'q'), 'BNB 5', 'in no currency');

select throws_ok($$ select pg_temp.bust('x', 'g1', -1) $$, 'TB001', null, 'what is left is not negative');

select * from finish();
rollback;
