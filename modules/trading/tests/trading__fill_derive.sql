-- A fill that adds to what is open is worked out by trading._fill_derive() itself, and one of a batch that neither opens nor closes a cycle by
-- trading._apply_fills(), because the general rules cost more. What they come to is held here against those rules, trading._move_position(),
-- to the last digit: over walks of positions, pseudo-random but always the same, from dust to whales, with closes that are exact, flips, prices
-- of zero, multipliers, and fees of every sort.
begin;
select plan(10);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform ref.fn_register_currency('USDT', 'Tether', 'stablecoin');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    perform ref.fn_register_instrument(pg_temp.u('spot'), 'tap', 'BTCUSDT', 'spot', 'BTC', 'USDT');
    perform ref.fn_register_instrument(pg_temp.u('perp'), 'tap', 'BTCUSDT-P', 'perp', 'BTC', 'USDT', null, null, null, 0.001);
    perform ref.fn_register_instrument(pg_temp.u('inverse'), 'tap', 'BTCUSD', 'inverse', 'BTC', 'BTC', null, null, null, 100);
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USDT', 'paper', 'hedging', 0);
end
$$;

-- Up to six digits, mostly of usual sizes; now and then of any that is allowed.
create function pg_temp.amount() returns numeric language sql volatile as $$
    select trunc(1 + random() * 999999)::numeric
           * ('1e' || case when random() < 0.2 then trunc(random() * 32) - 18 else trunc(random() * 6) - 5 end)::numeric
$$;
-- What the next fill trades of a position: more of it, a part, all, more than all, or anything.
create function pg_temp.next_trade(p_signed_qty numeric, out side text, out qty numeric) language plpgsql volatile as $$
declare
    v_choice constant double precision := random();
    v_adds constant boolean := v_choice < 0.5;
begin
    side := case when v_choice > 0.95 and random() < 0.5 or (p_signed_qty > 0) = v_adds then 'buy' else 'sell' end;
    qty := case when p_signed_qty = 0 or v_adds or v_choice > 0.95 then pg_temp.amount()
                when v_choice < 0.75 then round(abs(p_signed_qty) * random()::numeric, 18)
                when v_choice < 0.85 then abs(p_signed_qty)
                else abs(p_signed_qty) * 1.5 end;
    if qty = 0 or qty >= 1e19 or scale(trim_scale(qty)) > 18 then
        qty := 0.000000000000000001;
    end if;
end
$$;

create temporary table walk (n integer, fill trading.fills, before trading.positions, made trading.fill_effect, general trading.position_move);
do $$
declare
    v_position trading.positions;
    v_order constant trading.orders := jsonb_populate_record(
        null::trading.orders,
        '{"origin": "local", "lifecycle": "accepted", "pending": "none", "outcome_unknown": false, "working_qty": 1, "cum_qty": 0, "cum_value": 0, "version": 1}');
    v_fill trading.fills;
    v_made trading.fill_effect;
    v_general trading.position_move;
    v_trade record;
    v_fee numeric;
    v_n integer := 0;
begin
    perform setseed(0.3131);
    for v_walk in 0..14 loop
        select * into v_position
          from jsonb_populate_record(
                   null::trading.positions,
                   '{"signed_qty": 0, "open_cost": 0, "avg_price": 0, "realized_gross": 0, "fees": 0, "funding": 0, "realized_net": 0, "cycle": 0,
                     "version": 0, "cycle_qty": 0, "cycle_entry_value": 0, "cycle_exit_value": 0, "cycle_gross_before": 0, "cycle_fees_before": 0}');
        select i.instrument_id, i.kind, i.base, i.settle, i.multiplier
          into v_position.instrument_id, v_position.kind, v_position.base_currency, v_position.currency, v_position.multiplier
          from ref.instruments as i
         where i.instrument_id = pg_temp.u((array['spot', 'perp', 'inverse'])[1 + v_walk % 3]);
        v_position.account_id := pg_temp.u('account');
        v_position.position_key := 'w' || v_walk;
        v_position.position_id := pg_temp.u(v_position.position_key);
        for v_step in 1..40 loop
            v_n := v_n + 1;
            v_trade := pg_temp.next_trade(v_position.signed_qty);
            v_fee := trim_scale(round(v_trade.qty * (array[0, 0.001, 0.00100000000000000001, -0.0003])[1 + trunc(random() * 4)::integer], 18));
            v_fill := trading._received_fill(
                v_position.account_id, pg_temp.u('fill ' || v_n), pg_temp.u(v_position.position_key || v_trade.side), v_position.instrument_id,
                v_trade.side, v_trade.qty, case when v_position.kind <> 'inverse' and random() < 0.05 then 0 else pg_temp.amount() end, v_fee,
                (array[v_position.currency, v_position.currency, null, 'BTC', 'BNB'])[1 + trunc(random() * 5)::integer],
                case when random() < 0.5 then pg_temp.amount() end, null, null, null, v_position.position_key,
                now() + (v_n + trunc(random() * 4)) * interval '1 second', now(), null);
            v_made := trading._fill_derive(v_fill, v_position, v_order);
            v_general := trading._move_position(
                v_position, v_fill.side, v_fill.qty, v_fill.price, v_fill.fee,
                trading._fee_kind_of(v_position, v_fill.fee, v_fill.fee_currency, v_fill.fee_rate), v_fill.fee_rate, v_fill.filled_at,
                v_position.version + 1);
            insert into walk values (v_n, v_fill, v_position, v_made, v_general);
            v_position := v_made.p_position;
        end loop;
    end loop;
    -- what trading._move_position() leaves to its caller
    update walk as w
       set general.p_position.version = (w.before).version + 1,
           general.p_position.last_fill_at = greatest((w.before).last_fill_at, (w.fill).filled_at);
end
$$;

create temporary view walked as
select w.n, w.fill, w.made, w.general, (w.before).signed_qty as qty_before, ((w.made).p_position).signed_qty as qty_after,
       (w.fill).fee = 0 or coalesce((w.fill).fee_currency, (w.before).currency) = (w.before).currency as is_plain,
       case (w.fill).side when 'buy' then 1 else -1 end * sign((w.before).signed_qty) as direction, (w.before).kind
  from walk as w;
select cmp_ok(count(*), '>', 90::bigint, 'many fills only add to what is open, which has rules of its own') from walked as w
 where w.direction > 0 and w.is_plain and w.kind <> 'inverse';
select cmp_ok(count(*), '>', 180::bigint, 'many of those that a batch applies to rows in place') from walked as w
 where w.qty_before * w.qty_after > 0 and w.is_plain and (w.fill).price > 0;
select ok(min(x.c) >= 12, 'and enough of every other sort: ' || string_agg(x.sort || ' ' || x.c, ', ' order by x.sort))
  from (select v.sort, count(*) filter (where v.applies) as c
          from walked as w,
               lateral (values ('opens', w.qty_before = 0 and w.qty_after <> 0), ('closes', w.qty_before <> 0 and w.qty_after = 0),
                               ('flips', w.qty_before * w.qty_after < 0), ('reduces', w.direction < 0 and w.qty_before * w.qty_after > 0),
                               ('zero price', (w.fill).price = 0), ('adds with another fee', w.direction > 0 and not w.is_plain),
                               ('dust', (w.fill).qty < 0.0000000001), ('a whale', (w.fill).qty > 10000000)) as v (sort, applies)
         group by v.sort) as x;

select is_empty(
    $$ select w.n, ((w.made).p_position)::text as made, ((w.general).p_position)::text as general from walked as w
        where ((w.made).p_position)::text <> ((w.general).p_position)::text $$,
    'every column of every position is what the general rules say');
select is_empty(
    $$ select w.n, ((w.made).p_fill)::text as made, (w.general)::text as general from walked as w
        where concat_ws(' ', ((w.made).p_fill).realized_gross, ((w.made).p_fill).realized_net, ((w.made).p_fill).position_qty,
                        ((w.made).p_fill).position_avg_price, ((w.made).p_fill).position_realized, ((w.made).p_fill).position_cycle,
                        ((w.made).p_fill).position_version)
              <> concat_ws(' ', (w.general).realized_gross, (w.general).realized_net, ((w.general).p_position).signed_qty,
                           ((w.general).p_position).avg_price, trim_scale(((w.general).p_position).realized_gross - ((w.general).p_position).fees),
                           ((w.general).p_position).cycle, ((w.general).p_position).version) $$,
    'and so is what every fill realised and answers');
select is_empty($$ select w.n from walked as w where (w.made).closed::text is distinct from (w.general).closed::text $$,
    'and every round trip');

-- The same fills as one batch, all walks at once.
do $$
begin
    perform from (select array_agg(w.fill order by (w.n - 1) % 40, w.n) as f from walk as w) as b,
         trading.fn_record_fills(
             pg_temp.u('account'), array(select f.fill_id from unnest(b.f) as f), array(select f.order_id from unnest(b.f) as f),
             array(select f.instrument_id from unnest(b.f) as f), array(select f.side::text from unnest(b.f) as f),
             array(select f.qty::numeric from unnest(b.f) as f), array(select f.price::numeric from unnest(b.f) as f),
             array(select f.fee::numeric from unnest(b.f) as f), array(select f.fee_currency from unnest(b.f) as f), null, null, null,
             array(select f.position_key from unnest(b.f) as f), array(select f.filled_at from unnest(b.f) as f),
             array(select f.fee_rate::numeric from unnest(b.f) as f));
end
$$;
-- A row but for what says when, of which orders and under which id; realized_net of a position is the table's to derive.
create function pg_temp.told(p_row jsonb, p_besides text default '') returns text language sql immutable as $$
    select (p_row - '{position_id,recorded_at,ctx,flags,order_version,order_status,order_cum_qty}'::text[] - p_besides)::text
$$;
select results_eq(
    $$ select pg_temp.told(to_jsonb(f)) from trading.fills as f where f.account_id = pg_temp.u('account') order by f.fill_id $$,
    $$ select pg_temp.told(to_jsonb((w.made).p_fill)) from walk as w order by (w.fill).fill_id $$,
    'in a batch every fill is answered as one by one');
select results_eq(
    $$ select pg_temp.told(to_jsonb(p), 'realized_net') from trading.positions as p where p.account_id = pg_temp.u('account') order by p.position_key $$,
    $$ select pg_temp.told(to_jsonb((w.general).p_position), 'realized_net') from walk as w where w.n % 40 = 0 order by (w.fill).position_key $$,
    'and every position ends as by the general rules');
select results_eq(
    $$ select pg_temp.told(to_jsonb(t)) from trading.roundtrips as t where t.account_id = pg_temp.u('account') order by t.position_key, t.cycle $$,
    $$ select pg_temp.told(to_jsonb((w.general).closed)) from walk as w where ((w.general).closed).position_id is not null
        order by (w.fill).position_key, ((w.general).closed).cycle $$,
    'with the same round trips');
select results_eq(
    $$ select p.position_key, f.currency, f.amount, f.converted from trading.position_fees as f join trading.positions as p using (account_id, position_id)
        where f.account_id = pg_temp.u('account') order by 1, 2 $$,
    $$ select (w.fill).position_key, ((w.made).other_fee).currency, trim_scale(sum(((w.made).other_fee).amount)),
              trim_scale(sum(((w.made).other_fee).converted))
         from walk as w where ((w.made).other_fee).currency is not null group by 1, 2 order by 1, 2 $$,
    'and fees in other currencies');

select * from finish();
rollback;
