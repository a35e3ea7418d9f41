-- Two identities over pseudo-random fills, always the same ones.
--
-- The master identity holds after every single fill, to the last decimal:
--     realized_gross + unrealized(mark) = -sum(side * qty * px * m) + signed_qty * mark * m
--
-- And whatever busts and corrections came in between, before or after their fills, what is stored equals the fold of the fills
-- that count, from the first one on.
begin;
select plan(18);

create temp table fold (kind text, fills integer, flips integer, flats integer, wrong integer);

do $$
declare
    v_kind text;
    v_m numeric;
    v_qty numeric; v_cost numeric; v_gross numeric; v_cash numeric; v_held numeric;
    v_side text; v_q numeric; v_px numeric; v_fee numeric; v_fee_kind text; v_mark numeric; v_marked numeric; v_sign numeric;
    v_new record;
    v_wrong integer; v_flips integer; v_flats integer;
    c_fills constant integer := 2000;
begin
    perform setseed(0.4242);
    foreach v_kind in array array['spot', 'perp', 'inverse'] loop
        v_m := case v_kind when 'spot' then 1 when 'perp' then 0.001 else 100 end;
        v_qty := 0; v_cost := 0; v_gross := 0; v_cash := 0; v_held := 0; v_wrong := 0; v_flips := 0; v_flats := 0;
        for i in 1..c_fills loop
            v_side := case when random() < 0.5 then 'buy' else 'sell' end;
            v_sign := case v_side when 'buy' then 1 else -1 end;
            -- From dust to whales: the scale of quantity and price changes from fill to fill.
            v_q := trunc(1 + random() * 999999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 15);
            v_px := trunc(1 + random() * 999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 12);
            v_mark := trunc(1 + random() * 999999)::numeric * power(10::numeric, trunc(random() * 12)::numeric - 12);
            -- Now and then exactly what is open, so that positions go flat.
            if v_qty <> 0 and random() < 0.1 then
                v_q := abs(v_qty);
                v_sign := -sign(v_qty);
                v_side := case v_sign when 1 then 'buy' else 'sell' end;
            end if;
            v_fee_kind := case when v_kind = 'spot' and random() < 0.3 then 'base' else 'settle' end;
            v_fee := round(v_q * 0.00123456789, 18) * case when random() < 0.2 then -1 else 1 end;

            v_new := trading._position_apply(v_kind, v_m, v_qty, v_cost, v_side, v_q, v_px, v_fee, v_fee_kind);
            v_gross := v_gross + v_new.realized_gross;
            v_held := v_held + v_sign * v_q - case v_fee_kind when 'base' then v_fee else 0 end;
            if v_kind = 'inverse' then
                v_cash := v_cash + v_sign * util.div18(v_q, v_px) * v_m;
            else
                v_cash := v_cash - v_sign * v_q * v_px * v_m;
            end if;
            v_marked := case v_kind when 'inverse' then -util.div18(v_held, v_mark) else v_held * v_mark end;
            if v_new.signed_qty <> v_held
               or v_new.signed_qty = 0 and (v_new.open_cost <> 0 or v_new.avg_price <> 0)
               or v_gross + trading._position_unrealized(v_kind, v_m, v_new.signed_qty, v_new.open_cost, v_mark)
                  <> v_cash + v_marked * v_m
            then
                v_wrong := v_wrong + 1;
            end if;
            v_flips := v_flips + case when sign(v_new.signed_qty) * sign(v_qty) < 0 then 1 else 0 end;
            v_flats := v_flats + case when v_new.signed_qty = 0 then 1 else 0 end;
            v_qty := v_new.signed_qty;
            v_cost := v_new.open_cost;
        end loop;
        insert into fold values (v_kind, c_fills, v_flips, v_flats, v_wrong);
    end loop;
end
$$;

select is(f.wrong, 0, format('%s: the identity holds after each of %s fills', f.kind, f.fills)) from fold as f order by f.kind;
select ok(bool_and(f.flips >= 50), 'the fills flip the position often') from fold as f;
select ok(bool_and(f.flats >= 20), 'the fills close the position often') from fold as f;

-- What is stored, after histories in the book itself.
create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
declare
    v_kind text;
begin
    perform ref.fn_register_currency('USD', 'Dollar', 'fiat');
    perform ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
    perform ref.fn_register_currency('BNB', 'BNB', 'crypto');
    perform ref.fn_register_venue('tap', 'Test venue');
    foreach v_kind in array array['spot', 'perp', 'inverse'] loop
        perform ref.fn_register_instrument(pg_temp.u(v_kind), 'tap', v_kind, v_kind, 'BTC', 'USD', null, null, null,
                                           case v_kind when 'spot' then 1 when 'perp' then 0.001 else 100 end);
    end loop;
    perform trading.fn_open_account(pg_temp.u('account'), 'tap', 'tap', 'USD', 'paper', 'hedging', 0);
end
$$;

create temp table history (n integer, fill_id uuid, instrument text, key text, side text, qty numeric, price numeric, fee numeric,
                           fee_currency text, fee_rate numeric);
-- Each event with the number of the fill after which it comes: before its own, at once, or much later.
create temp table amendment (n integer, event_id uuid, fill_id uuid, kind text, qty numeric, price numeric, fee numeric,
                             fee_currency text, fee_rate numeric, leaves numeric);
do $$
declare
    v_n integer;
    v_instrument text;
    v_fee_currency text;
begin
    perform setseed(0.2121);
    for v_n in 1..600 loop
        v_instrument := (array['spot', 'perp', 'inverse'])[1 + trunc(random() * 3)::integer];
        v_fee_currency := (array['USD', 'BTC', 'BNB'])[1 + trunc(random() * 3)::integer];
        insert into history
        values (v_n, pg_temp.u('fill ' || v_n), v_instrument, 'k' || trunc(random() * 3), (array['buy', 'sell'])[1 + trunc(random() * 2)::integer],
                1 + trunc(random() * 5), 90 + trunc(random() * 2000) / 100, trunc(random() * 30 - 5) / 1000, v_fee_currency,
                case when random() < 0.5 then 1 + trunc(random() * 100) / 7 end);
        if random() < 0.3 then
            insert into amendment
            select greatest(0, v_n + (array[-3, 0, 0, 40])[1 + trunc(random() * 4)::integer]), pg_temp.u('event ' || v_n), pg_temp.u('fill ' || v_n),
                   case when random() < 0.5 then 'bust' else 'correct' end, 1 + trunc(random() * 5), 90 + trunc(random() * 2000) / 100,
                   case when random() < 0.5 then trunc(random() * 30) / 1000 end, case when random() < 0.5 then 'BNB' end,
                   case when random() < 0.5 then 2 end, case when random() < 0.5 then 1 end;
        end if;
        if random() < 0.1 then
            insert into amendment
            select a.n + trunc(random() * 20)::integer, pg_temp.u('second event ' || v_n), a.fill_id, 'correct', null, 77, null, null, null, null
              from amendment as a where a.fill_id = pg_temp.u('fill ' || v_n);
        end if;
    end loop;
    update history set fee_rate = trim_scale(round(fee_rate, 6)), qty = trim_scale(qty);
end
$$;

create function pg_temp.play(p_from integer, p_to integer) returns void language plpgsql as $$
declare
    v_amendment record;
begin
    perform trading.fn_record_fills(
        pg_temp.u('account'), array_agg(h.fill_id order by h.n), array_agg(pg_temp.u(h.instrument || h.key || h.side) order by h.n),
        array_agg(pg_temp.u(h.instrument) order by h.n), array_agg(h.side order by h.n), array_agg(h.qty order by h.n),
        array_agg(h.price order by h.n), array_agg(h.fee order by h.n), array_agg(h.fee_currency order by h.n), null, null, null,
        array_agg(h.key order by h.n), array_agg(timestamptz '2024-01-01' + h.n * interval '1 minute' order by h.n),
        array_agg(h.fee_rate order by h.n))
       from history as h where h.n between p_from and p_to;
    for v_amendment in select * from amendment as a where a.n between p_from and p_to order by a.n, a.event_id loop
        if v_amendment.kind = 'bust' then
            perform trading.fn_bust_fill(pg_temp.u('account'), v_amendment.event_id, v_amendment.fill_id, v_amendment.leaves);
        else
            perform trading.fn_correct_fill(
                pg_temp.u('account'), v_amendment.event_id, v_amendment.fill_id, v_amendment.qty, v_amendment.price, v_amendment.fee,
                v_amendment.fee_currency, v_amendment.fee_rate);
        end if;
    end loop;
end
$$;

-- One by one at first, then in batches of ten.
select count(pg_temp.play(n, n)) from generate_series(0, 300) as n;
select count(pg_temp.play(n, n + 9)) from generate_series(301, 650, 10) as n;

select is((select count(*)::text || ' ' || (count(*) filter (where t.busted) > 30) || ' ' || (count(*) filter (where t.amended and not t.busted) > 30)
             from trading.fill_terms as t where t.account_id = pg_temp.u('account')), '600 true true', 'fills, some of them busted or corrected');
select is((select count(*) filter (where e.order_version is null) > 20 and count(*) filter (where e.order_version is not null) > 40
                  and count(*) filter (where e.outcome = 'refused') > 3
             from trading.fill_events as e), true, 'before their fill and after it, some refused');

-- Terms, worked out anew from the history; what a refused event says does not count.
create temp table live as
select f.position_version, f.fill_id, f.order_id, f.instrument_id, f.position_key, f.side, f.filled_at, h.qty, h.price, h.fee, h.fee_currency, h.fee_rate, false as busted
  from history as h join trading.fills as f on f.fill_id = h.fill_id;
do $$
declare
    v_event record;
begin
    for v_event in select * from trading.fill_events as e where e.outcome = 'created' order by e.fill_id, e.place loop
        update live
           set busted = busted or v_event.kind = 'bust', qty = coalesce(v_event.qty, qty), price = coalesce(v_event.price, price),
               fee = coalesce(v_event.fee, fee),
               fee_rate = case when v_event.fee_currency is null and v_event.fee_rate is null then fee_rate else v_event.fee_rate end,
               fee_currency = coalesce(v_event.fee_currency, fee_currency)
         where fill_id = v_event.fill_id;
    end loop;
end
$$;

-- The fold of each position, with what each fill realises in it.
create temp table folded (position_id uuid, qty numeric, cost numeric, gross numeric, fees numeric, cycle bigint);
-- The cycles: an open one has no last_version.
create temp table trip (position_id uuid, cycle bigint, side text, qty numeric, entry_value numeric, exit_value numeric, gross numeric,
                       fees numeric, low numeric, high numeric, first_version bigint, last_version bigint);
create temp table realized (fill_id uuid, cycle bigint, qty numeric, gross numeric, net numeric);
do $$
declare
    v_position record;
    v_fill record;
    v_new record;
    v_fold folded;
    v_delta numeric; v_in numeric; v_out numeric; v_value numeric; v_value_out numeric; v_loss numeric; v_loss_out numeric; v_fee_out numeric;
    v_fee_kind text;
begin
    for v_position in select * from trading.positions as p where p.account_id = pg_temp.u('account') loop
        v_fold := row(v_position.position_id, 0, 0, 0, 0, 0);
        for v_fill in select * from live as l
                       where l.instrument_id = v_position.instrument_id and l.position_key = v_position.position_key
                       order by l.position_version loop
            if v_fill.busted then
                insert into realized values (v_fill.fill_id, v_fold.cycle, v_fold.qty, 0, 0);
                continue;
            end if;
            v_fee_kind := trading._fee_kind(v_position.kind, v_position.base_currency, v_position.currency, v_fill.fee, v_fill.fee_currency, v_fill.fee_rate);
            v_new := trading._position_apply(
                v_position.kind, v_position.multiplier, v_fold.qty, v_fold.cost, v_fill.side, v_fill.qty, v_fill.price,
                case v_fee_kind when 'converted' then v_fill.fee * v_fill.fee_rate else v_fill.fee end,
                case v_fee_kind when 'converted' then 'settle' else v_fee_kind end);
            -- The part of the fill that closes, and the part that opens: with its own share of the fee, or of the base currency.
            v_delta := v_new.signed_qty - v_fold.qty;
            v_loss := case v_fee_kind when 'base' then v_fill.fee * v_fill.price * v_position.multiplier else 0 end;
            v_out := case when v_delta * v_fold.qty < 0 then least(abs(v_delta), abs(v_fold.qty)) else 0 end;
            v_in := abs(v_delta) - v_out;
            v_fee_out := case when v_in = 0 then v_new.fee_settled when v_out = 0 then 0 else util.div18(v_new.fee_settled * v_out, abs(v_delta)) end;
            v_loss_out := case when v_in = 0 then v_loss when v_out = 0 then 0 else util.div18(v_loss * v_out, abs(v_delta)) end;
            v_value := case v_position.kind when 'inverse' then util.div18(v_delta, v_fill.price) else v_delta * v_fill.price end;
            v_value_out := case when v_in = 0 then abs(v_value) when v_out = 0 then 0
                                when v_position.kind = 'inverse' then util.div18(v_out, v_fill.price) else v_out * v_fill.price end;
            if v_fold.qty <> 0 then
                update trip
                   set qty = trip.qty + case when v_out = 0 then v_in else 0 end,
                       entry_value = entry_value + case when v_out = 0 then abs(v_value) else 0 end,
                       exit_value = exit_value + v_value_out,
                       gross = gross + case when v_out = 0 then v_new.realized_gross else v_new.realized_gross + v_loss - v_loss_out end,
                       fees = fees + case when v_out = 0 then v_new.fee_settled else v_fee_out end,
                       low = least(low, v_fill.price), high = greatest(high, v_fill.price),
                       last_version = case when v_new.signed_qty = 0 or v_out > 0 and v_in > 0 then v_fill.position_version end
                 where trip.position_id = v_position.position_id and trip.cycle = v_fold.cycle;
            end if;
            if v_new.signed_qty <> 0 and sign(v_new.signed_qty) <> sign(v_fold.qty) then
                v_fold.cycle := v_fold.cycle + 1;
                insert into trip
                values (v_position.position_id, v_fold.cycle, case when v_new.signed_qty > 0 then 'long' else 'short' end, v_in,
                        abs(v_value) - v_value_out, 0, case when v_out = 0 then v_new.realized_gross else v_loss_out - v_loss end,
                        v_new.fee_settled - v_fee_out, v_fill.price, v_fill.price, v_fill.position_version, null);
            end if;
            v_fold.qty := v_new.signed_qty;
            v_fold.cost := v_new.open_cost;
            v_fold.gross := v_fold.gross + v_new.realized_gross;
            v_fold.fees := v_fold.fees + v_new.fee_settled;
            insert into realized values (v_fill.fill_id, v_fold.cycle, v_fold.qty, v_new.realized_gross, v_new.realized_gross - v_new.fee_settled);
        end loop;
        insert into folded values (v_fold.*);
    end loop;
end
$$;

select is(
    (select count(*) from trading.positions as p join folded as f on f.position_id = p.position_id
      where (p.signed_qty, p.open_cost, p.realized_gross, p.fees, p.cycle) = (f.qty, f.cost, f.gross, f.fees, f.cycle)), 9::bigint,
    'all positions equal the fold of the fills that count');
select is(
    (select count(*) from trading.fill_terms as t join realized as r on r.fill_id = t.fill_id
      where (t.position_cycle, t.position_qty, t.realized_gross, t.realized_net) = (r.cycle, r.qty, r.gross, r.net)), 600::bigint,
    'every fill is said to realise what it realises in that fold');
select is(
    (select count(*) from trading.fill_restatements as r join trading.fills as f on f.fill_id = r.fill_id
      where (f.position_cycle, f.position_qty, f.realized_gross, f.realized_net)
            = (r.position_cycle, r.position_qty, r.realized_gross, r.realized_net)), 0::bigint, 'none is restated as it was answered');
select is(
    (select count(*)
       from trading.orders as o
       left join (select l.order_id, sum(l.qty) as qty, sum(l.qty * l.price) as value from live as l where not l.busted group by l.order_id) as s
              on s.order_id = o.order_id
      where o.cum_qty <> coalesce(s.qty, 0) or o.cum_value <> coalesce(s.value, 0)), 0::bigint, 'every order holds the sum of its fills that count');
select is(
    (select count(*)
       from (select p.position_id, l.fee_currency, sum(l.fee) as fees
               from live as l
               join trading.positions as p on p.instrument_id = l.instrument_id and p.position_key = l.position_key
              where not l.busted group by 1, 2) as l
       full join trading.v_position_fees as v on v.position_id = l.position_id and v.currency = l.fee_currency
      where coalesce(l.fees, 0) <> coalesce(v.amount, 0)), 0::bigint, 'fees add up per position and currency');
select is(
    (select count(*)
       from trading.positions as p
      cross join lateral (
            select count(*) as facts, count(distinct u.version) as numbers, max(u.version) as latest
              from (select f.position_version as version from trading.fills as f
                     where f.instrument_id = p.instrument_id and f.position_key = p.position_key
                    union all
                    select e.position_version from trading.fill_events as e join trading.fills as f on f.fill_id = e.fill_id
                     where f.instrument_id = p.instrument_id and f.position_key = p.position_key and e.position_version is not null) as u) as n
      where n.facts = n.numbers and n.numbers = n.latest and n.latest = p.version), 9::bigint,
    'fills, busts and corrections of a position are numbered without a gap');

select is(
    (select concat_ws(' ', count(*) > 20, count(*) = (select count(*) from trip as t where t.last_version is not null))
       from trading.roundtrips as r
       join trip as t on t.position_id = r.position_id and t.cycle = r.cycle
      where (r.side, r.qty, r.entry_value, r.exit_value, r.gross, r.fees, r.low, r.high, r.first_version, r.last_version)
            = (t.side, t.qty, t.entry_value, t.exit_value, t.gross, t.fees, t.low, t.high, t.first_version, t.last_version)), 't t',
    'every closed cycle of the fold is a round trip');
select is((select count(*) from trading.roundtrips), (select count(*) from trip as t where t.last_version is not null), 'and there are no others');
select is(
    (select count(*)
       from trading.positions as p
       left join trip as t on t.position_id = p.position_id and t.last_version is null
      where (p.cycle_qty, p.cycle_entry_value, p.cycle_exit_value, p.cycle_low, p.cycle_high, p.cycle_version)
            is not distinct from (coalesce(t.qty, 0), coalesce(t.entry_value, 0), coalesce(t.exit_value, 0), t.low, t.high, t.first_version)
        and (p.signed_qty = 0 or (p.realized_gross - p.cycle_gross_before, p.fees - p.cycle_fees_before) = (t.gross, t.fees))), 9::bigint,
    'the open cycle is in the row of its position');
select is(
    (select count(*)
       from trading.positions as p
       left join lateral (select coalesce(sum(r.gross), 0) as gross, coalesce(sum(r.fees), 0) as fees from trading.roundtrips as r where r.position_id = p.position_id) as s on true
      where (p.realized_gross, p.fees)
            = (s.gross + case when p.signed_qty <> 0 then p.realized_gross - p.cycle_gross_before else 0 end,
               s.fees + case when p.signed_qty <> 0 then p.fees - p.cycle_fees_before else 0 end)), 9::bigint,
    'round trips and the open cycle add up to the position');

-- When all is closed, every definition of a round trip gives the same sums.
select trading.fn_record_fill(
           p.account_id, pg_temp.u('last' || p.position_id), pg_temp.u('last' || p.position_id), p.instrument_id,
           case when p.signed_qty > 0 then 'sell' else 'buy' end, abs(p.signed_qty), 101, 0.01, 'USD', null, null, '', p.position_key, '2025-01-01')
  from trading.positions as p where p.signed_qty <> 0;
select is(
    (select count(*)
       from trading.positions as p
      cross join (values ('flat_to_flat', null), ('fill_to_fill', 'fifo'), ('fill_to_fill', 'lifo'), ('fill_to_fill', 'hifo'),
                         ('flat_to_reduced', 'fifo'), ('flat_to_reduced', 'lifo'), ('average', null)) as m (method, matching)
      cross join lateral (select sum(r.gross) as gross, sum(r.fees) as fees, count(*) as trips
                            from trading.fn_roundtrips(p.account_id, m.method, m.matching, p.instrument_id, p.position_key) as r) as s
      where p.signed_qty = 0 and s.trips > 0 and (p.realized_gross, p.fees) = (s.gross, s.fees)), 63::bigint,
    'by every method the round trips add up to the position');

select * from finish();
rollback;
