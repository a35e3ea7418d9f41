-- daybook mirror: function trading._apply_fill(p_fill trading.fills)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._apply_fill(p_fill trading.fills)
 RETURNS trading.fill_answer
 LANGUAGE plpgsql
AS $function$
declare
    v_fill trading.fills;
    v_position trading.positions;
    v_order trading.orders;
    v_found record;
    v_derived trading.fill_effect;
    v_answer trading.fill_answer;
    v_ready boolean := false;
    v_imported boolean := false;
    v_event_id uuid;
begin
    -- The second turn finds what the first one made.
    for v_attempt in 1..2 loop
        -- Rows are locked in the order in which the last line names them.
        select p as its_position, p.ctid as position_at, o as its_order, o.ctid as order_at,
               exists (select from trading.fill_events as e where e.account_id = p_fill.account_id and e.fill_id = p_fill.fill_id) as amended
          into v_found
          from trading.positions as p
          join trading.orders as o using (account_id, instrument_id, position_key)
         where p.account_id = p_fill.account_id and p.instrument_id = p_fill.instrument_id and p.position_key = p_fill.position_key
           and o.order_id = p_fill.order_id and o.side = p_fill.side
           for no key update of p, o;
        v_ready := found;
        exit when v_ready;

        -- Something is missing or contradicts. A fill that is already recorded is answered before anything is made for it.
        v_answer := trading._answer_known_fill(p_fill, true);
        if v_answer.outcome is not null then
            return v_answer;
        end if;
        perform trading._create_position(p_fill.account_id, p_fill.instrument_id, p_fill.position_key);
        v_imported := trading._import_order(p_fill);
    end loop;
    assert v_ready, 'an order or position that was just made is not there';

    if v_found.amended then
        v_derived := trading._fill_derive_amended(p_fill, v_found.its_position, v_found.its_order);
    else
        v_derived := trading._fill_derive(p_fill, v_found.its_position, v_found.its_order);
    end if;
    v_fill := v_derived.p_fill;
    v_position := v_derived.p_position;
    v_order := v_derived.p_order;

    -- Column by column, since v_fill.* takes the row apart anew for each of them. The fill goes first: if its id or its trade number turns out to be taken, nothing else has been written yet. That is
    -- also how a repetition is found, so that the common case does not pay for a search.
    insert into trading.fills (
        account_id, fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, fee_rate, liquidity, venue_trade_id,
        trade_discriminator, filled_at, recorded_at, ctx, flags, order_version, order_status, order_cum_qty, position_version, position_cycle,
        position_qty, position_avg_price, realized_gross, realized_net, position_realized)
    values (
        v_fill.account_id, v_fill.fill_id, v_fill.order_id, v_fill.instrument_id, v_fill.position_key, v_fill.side, v_fill.qty, v_fill.price,
        v_fill.fee, v_fill.fee_currency, v_fill.fee_rate, v_fill.liquidity, v_fill.venue_trade_id, v_fill.trade_discriminator, v_fill.filled_at,
        v_fill.recorded_at, v_fill.ctx, v_fill.flags, v_fill.order_version, v_fill.order_status, v_fill.order_cum_qty, v_fill.position_version,
        v_fill.position_cycle, v_fill.position_qty, v_fill.position_avg_price, v_fill.realized_gross, v_fill.realized_net,
        v_fill.position_realized)
    on conflict do nothing;
    if not found then
        if v_imported then
            raise exception 'fill % of account % is being recorded by someone else under another order',
                    p_fill.fill_id, p_fill.account_id
                using errcode = '40001',
                      hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
        end if;
        return trading._answer_known_fill(p_fill, false);
    end if;

    if v_found.amended then
        -- A bust may also have changed the state of the order. In one statement: what an order counts to a cap is kept by version.
        update trading.orders as o
           set cum_qty = v_order.cum_qty, cum_value = v_order.cum_value, lifecycle = v_order.lifecycle, pending = v_order.pending,
               outcome_unknown = v_order.outcome_unknown, requested_qty = v_order.requested_qty, requested_price = v_order.requested_price,
               requested_stop_price = v_order.requested_stop_price, version = v_order.version, updated_at = v_fill.recorded_at
         where o.ctid = v_found.order_at;
    else
        update trading.orders as o
           set cum_qty = v_order.cum_qty, cum_value = v_order.cum_value, outcome_unknown = v_order.outcome_unknown, version = v_order.version,
               updated_at = v_fill.recorded_at
         where o.ctid = v_found.order_at;
    end if;
    assert found, 'an order that is locked has moved';

    update trading.positions as p
       set signed_qty = v_position.signed_qty, open_cost = v_position.open_cost, avg_price = v_position.avg_price,
           realized_gross = v_position.realized_gross, fees = v_position.fees, cycle = v_position.cycle, version = v_position.version,
           opened_at = v_position.opened_at, last_fill_at = v_position.last_fill_at, cycle_version = v_position.cycle_version,
           cycle_qty = v_position.cycle_qty, cycle_entry_value = v_position.cycle_entry_value, cycle_exit_value = v_position.cycle_exit_value,
           cycle_low = v_position.cycle_low, cycle_high = v_position.cycle_high, cycle_gross_before = v_position.cycle_gross_before,
           cycle_fees_before = v_position.cycle_fees_before
     where p.ctid = v_found.position_at;
    assert found, 'a position that is locked has moved';

    if (v_derived.closed).position_id is not null then
        perform trading._write_roundtrips(array[v_derived.closed]);
    end if;
    if (v_derived.other_fee).position_id is not null then
        perform trading._add_position_fees(array[v_derived.other_fee]);
    end if;

    v_event_id := trading._emit_fill(v_fill, v_position.position_id);
    if v_found.amended then
        perform trading._emit_waiting_fill_events(v_fill, v_position.position_id);
    end if;
    return row('created', v_fill.fill_id, v_fill.order_status, v_fill.order_cum_qty, v_position.position_id, v_fill.position_qty,
               v_fill.position_avg_price, v_fill.position_realized, v_fill.flags, null, null, null)::trading.fill_answer;
end
$function$;

alter function trading._apply_fill(p_fill trading.fills) owner to daybook_api;

comment on function trading._apply_fill(p_fill trading.fills) is 'Records one fill whose arguments were checked, for a caller that may trade for the account; moves its order and position and emits the event. Of p_fill only what was received is read; what is answered is derived.';

revoke execute on function trading._apply_fill(p_fill trading.fills) from public;
grant execute on function trading._apply_fill(p_fill trading.fills) to daybook_owner;
