-- Records one well-formed fill. Common path: lock position, lock order, insert the fill, move order and position, emit;
-- every other case branches off to a function of its own.
create or replace function trading._apply_fill(
    p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric,
    p_fee numeric, p_fee_currency text, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text,
    p_position_key text, p_filled_at timestamptz, p_ctx jsonb)
returns trading.fill_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_answer trading.fill_answer;
    v_position record;
    v_order record;
    v_next record;
    v_new record;
    v_ready boolean := false;
    v_imported boolean := false;
    v_outcome_unknown boolean := false;
    v_now constant timestamptz := clock_timestamp();
    v_fee_currency text;
    v_fee_kind text;
    v_order_version bigint;
    v_position_version bigint;
    v_cycle bigint;
    v_opens boolean;
    v_realized_net numeric;
begin
    -- The second turn finds what the first one made.
    for v_attempt in 1..2 loop
        select p.position_id, p.kind, p.base_currency, p.currency, p.multiplier, p.signed_qty, p.open_cost, p.cycle,
               p.version, p.realized_gross, p.fees, p.realized_net, p.last_fill_at
          into v_position
          from trading.positions as p
         where p.account_id = p_account_id and p.instrument_id = p_instrument_id and p.position_key = p_position_key
           for no key update;
        if found then
            select o.origin, o.instrument_id, o.side, o.position_key, o.lifecycle, o.pending, o.outcome_unknown,
                   o.working_qty, o.cum_qty, o.cum_value, o.version
              into v_order
              from trading.orders as o
             where o.account_id = p_account_id and o.order_id = p_order_id
               for no key update;
            v_ready := found and v_order.instrument_id = p_instrument_id and v_order.side = p_side
                       and v_order.position_key = p_position_key;
            exit when v_ready;
        end if;

        -- Something is missing or contradicts. A fill that is already recorded is answered before anything is made for it.
        v_answer := trading._answer_known_fill(
            p_account_id, p_fill_id, p_order_id, p_instrument_id, p_side, p_qty, p_price, p_fee, p_fee_currency, p_liquidity,
            p_venue_trade_id, p_trade_discriminator, p_position_key, p_filled_at, p_ctx, true);
        if v_answer.outcome is not null then
            return v_answer;
        end if;
        perform trading._create_position(p_account_id, p_instrument_id, p_position_key);
        v_imported := trading._import_order(p_account_id, p_order_id, p_instrument_id, p_position_key, p_side, p_fill_id,
                                            p_filled_at, p_ctx);
    end loop;
    assert v_ready, 'an order or position that was just made is not there';

    v_fee_currency := case when p_fee <> 0 then coalesce(p_fee_currency, v_position.currency) end;
    v_fee_kind := trading._fee_kind(v_position.kind, v_position.base_currency, v_position.currency, p_fee, v_fee_currency);
    if v_fee_kind = 'other' or v_position.kind = 'inverse' then
        perform trading._check_fill_terms(v_position.kind, v_fee_kind, p_price, v_fee_currency);
    end if;
    -- A fill is legal in every state and, quantities apart, can only end a doubt.
    if v_order.outcome_unknown then
        v_next := trading._order_next('fill', v_order.origin, v_order.lifecycle, v_order.pending, v_order.outcome_unknown,
                                      v_order.working_qty, v_order.cum_qty);
        v_outcome_unknown := v_next.outcome_unknown;
    end if;
    v_new := trading._position_apply(v_position.kind, v_position.multiplier, v_position.signed_qty, v_position.open_cost,
                                     p_side, p_qty, p_price, p_fee, v_fee_kind);
    v_realized_net := trim_scale(v_new.realized_gross - v_new.fee_settled);
    v_order_version := v_order.version + 1;
    v_position_version := v_position.version + 1;
    v_opens := v_new.signed_qty <> 0 and sign(v_new.signed_qty) <> sign(v_position.signed_qty);
    v_cycle := v_position.cycle + case when v_opens then 1 else 0 end;

    v_answer.outcome := 'created';
    v_answer.fill_id := p_fill_id;
    v_answer.order_cum_qty := trim_scale(v_order.cum_qty + p_qty);
    v_answer.order_status := trading._order_status(v_order.lifecycle, v_order.pending, v_order.working_qty,
                                                   v_answer.order_cum_qty);
    v_answer.position_id := v_position.position_id;
    v_answer.position_qty := v_new.signed_qty;
    v_answer.position_avg_price := v_new.avg_price;
    v_answer.realized_pnl := trim_scale(v_position.realized_net + v_realized_net);
    v_answer.flags := array_remove(array[
        case when v_order.lifecycle in ('denied', 'rejected', 'canceled', 'expired') then 'late' end,
        case when v_answer.order_cum_qty > v_order.working_qty then 'overfill' end,
        case when v_order.origin = 'external' then 'orphan' end,
        case when p_filled_at < v_position.last_fill_at then 'out_of_order' end,
        case when v_fee_kind = 'other' then 'unpriced_fee' end], null);

    -- The fill goes first: if its id or its trade number turns out to be taken, nothing else has been written yet. That is
    -- also how a repetition is found, so that the common case does not pay for a search.
    insert into trading.fills (
        account_id, fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, liquidity,
        venue_trade_id, trade_discriminator, filled_at, recorded_at, ctx, flags, order_version, order_status, order_cum_qty,
        position_version, position_cycle, position_qty, position_avg_price, realized_gross, realized_net,
        position_realized)
    values (
        p_account_id, p_fill_id, p_order_id, p_instrument_id, p_position_key, p_side, p_qty, p_price, p_fee, v_fee_currency,
        p_liquidity, p_venue_trade_id, p_trade_discriminator, p_filled_at, v_now, p_ctx, v_answer.flags, v_order_version,
        v_answer.order_status, v_answer.order_cum_qty, v_position_version, v_cycle, v_answer.position_qty,
        v_answer.position_avg_price, v_new.realized_gross, v_realized_net,
        v_answer.realized_pnl)
    on conflict do nothing;
    if not found then
        if v_imported then
            raise exception 'fill % of account % is being recorded by someone else under another order', p_fill_id, p_account_id
                using errcode = '40001', hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
        end if;
        return trading._answer_known_fill(
            p_account_id, p_fill_id, p_order_id, p_instrument_id, p_side, p_qty, p_price, p_fee, p_fee_currency, p_liquidity,
            p_venue_trade_id, p_trade_discriminator, p_position_key, p_filled_at, p_ctx, false);
    end if;

    update trading.orders as o
       set cum_qty = v_answer.order_cum_qty,
           cum_value = trim_scale(v_order.cum_value + p_qty * p_price),
           outcome_unknown = v_outcome_unknown,
           version = v_order_version,
           updated_at = v_now
     where o.account_id = p_account_id and o.order_id = p_order_id;

    update trading.positions as p
       set signed_qty = v_new.signed_qty,
           open_cost = v_new.open_cost,
           avg_price = v_new.avg_price,
           realized_gross = trim_scale(v_position.realized_gross + v_new.realized_gross),
           fees = trim_scale(v_position.fees + v_new.fee_settled),
           cycle = v_cycle,
           version = v_position_version,
           opened_at = case when v_opens then p_filled_at when v_new.signed_qty <> 0 then p.opened_at end,
           last_fill_at = greatest(p.last_fill_at, p_filled_at)
     where p.account_id = p_account_id and p.position_id = v_position.position_id;

    if v_fee_kind in ('base', 'other') then
        insert into trading.position_fees as f (account_id, position_id, currency, fee_kind, amount)
        values (p_account_id, v_position.position_id, v_fee_currency, v_fee_kind, p_fee)
        on conflict on constraint position_fees_pkey do update set amount = trim_scale(f.amount + excluded.amount);
    end if;

    perform bus._emit_versioned('trading.fill_recorded', p_order_id::text, v_order_version,
        jsonb_strip_nulls(jsonb_build_object(
            'fill_id', p_fill_id, 'order_id', p_order_id, 'instrument_id', p_instrument_id, 'side', p_side,
            'qty', p_qty::text, 'price', p_price::text, 'fee', p_fee::text, 'fee_currency', v_fee_currency,
            'liquidity', p_liquidity, 'venue_trade_id', p_venue_trade_id, 'trade_discriminator', p_trade_discriminator,
            'flags', v_answer.flags, 'order_status', v_answer.order_status,
            'order_cum_qty', v_answer.order_cum_qty::text, 'position_id', v_position.position_id,
            'position_key', p_position_key, 'position_version', v_position_version, 'position_cycle', v_cycle,
            'position_qty', v_answer.position_qty::text, 'position_avg_price', v_answer.position_avg_price::text,
            'realized_gross', v_new.realized_gross::text, 'realized_net', v_realized_net::text,
            'position_realized', v_answer.realized_pnl::text)),
        p_filled_at, null, p_account_id, p_ctx);
    return v_answer;
end
$$;

comment on function trading._apply_fill(uuid, uuid, uuid, uuid, text, numeric, numeric, numeric, text, text, text, text, text, timestamptz, jsonb) is
    'Records one fill whose arguments were checked, for a caller that may trade for the account; moves its order and position and emits the event.';
