-- daybook mirror: function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb)
 RETURNS trading.fill_answer[]
 LANGUAGE plpgsql
AS $function$
declare
    -- Locks: positions, then orders, each sorted. Missing orders are imported below, under the lock of their position.
    v_positions trading.positions[] := trading._lock_positions(p_account_id, p_fills);
    v_orders trading.orders[] := trading._lock_orders(p_account_id, p_fills);
    -- of each fill: whether it may not be new, whether something waits for it; its place among the positions and orders
    v_seen constant boolean[] := trading._seen_fills(p_account_id, p_fills);
    v_waited constant boolean[] := trading._waited_fills(p_account_id, p_fills);
    v_position_places integer[];
    v_order_places integer[];
    v_answers trading.fill_answer[];
    v_new trading.fills[] := '{}';
    v_new_places integer[] := '{}';
    v_position_ids uuid[] := '{}';
    v_others integer[] := '{}';
    v_other_fees trading.position_fees[] := '{}';
    v_closed trading.roundtrips[] := '{}';
    v_amended integer[] := '{}';
    v_event_id uuid;
    -- the fill at hand; the position and order that it moves stay here while fills of the same follow
    v_place integer := 0;
    v_fill trading.fills;
    v_position trading.positions;
    v_position_place integer := 0;
    v_order trading.orders;
    v_order_place integer := 0;
    v_derived trading.fill_effect;
    v_step trading.position_step;
    v_out_of_order boolean;
begin
    select array_agg(k.position_place), array_agg(k.order_place)
      into v_position_places, v_order_places
      from (select dense_rank() over (order by f.instrument_id, f.position_key)::integer as position_place,
                   dense_rank() over (order by f.order_id)::integer as order_place
              from unnest(p_fills) with ordinality as f
             order by f.ordinality) as k;

    foreach v_fill in array p_fills loop
        v_place := v_place + 1;
        if v_position_places[v_place] <> v_position_place then
            if v_position_place > 0 then
                v_positions[v_position_place] := v_position;
            end if;
            v_position_place := v_position_places[v_place];
            v_position := v_positions[v_position_place];
        end if;
        if v_order_places[v_place] <> v_order_place then
            if v_order_place > 0 then
                v_orders[v_order_place] := v_order;
            end if;
            v_order_place := v_order_places[v_place];
            v_order := v_orders[v_order_place];
        end if;
        if v_seen[v_place]
           or (v_order.instrument_id, v_order.side, v_order.position_key)
              <> (v_fill.instrument_id, v_fill.side, v_fill.position_key)
        then
            v_others := v_others || v_place;
            continue;
        end if;
        -- It looked as if it would only be answered: what it seemed to contradict is itself not new.
        if v_position.position_id is null then
            perform trading._create_position(p_account_id, v_fill.instrument_id, v_fill.position_key);
            select * into strict v_position
              from trading.positions as p
             where p.account_id = p_account_id and p.instrument_id = v_fill.instrument_id and p.position_key = v_fill.position_key;
        end if;
        if v_order.order_id is null then
            perform trading._import_order(v_fill);
            select * into strict v_order
              from trading.orders as o
             where o.account_id = p_account_id and o.order_id = v_fill.order_id
               for no key update;
        end if;

        v_step := null;
        if v_position.signed_qty <> 0 and v_fill.price > 0
           and (v_fill.fee_currency is null or v_fill.fee_currency = v_position.currency or v_fill.fee = 0)
           and v_waited[v_place] is not true and not v_order.outcome_unknown and v_fill.flags = '{}'
        then
            v_step := trading._position_apply(v_position.kind, v_position.multiplier, v_position.signed_qty, v_position.open_cost,
                                              v_fill.side, v_fill.qty, v_fill.price, v_fill.fee, 'settle');
        end if;
        if v_step.signed_qty * v_position.signed_qty > 0 then
            v_order.cum_qty := trim_scale(v_order.cum_qty + v_fill.qty);
            v_order.cum_value := trim_scale(v_order.cum_value + v_fill.qty * v_fill.price);
            v_order.version := v_order.version + 1;

            v_position.cycle_low := least(v_position.cycle_low, v_fill.price);
            v_position.cycle_high := greatest(v_position.cycle_high, v_fill.price);
            if v_step.closed_qty = 0 then
                v_position.cycle_qty := trim_scale(v_position.cycle_qty + abs(v_step.signed_qty - v_position.signed_qty));
                v_position.cycle_entry_value := trim_scale(v_position.cycle_entry_value + abs(v_step.open_cost - v_position.open_cost));
            else
                v_position.cycle_exit_value := trim_scale(v_position.cycle_exit_value + abs(v_step.closed_value));
                v_position.realized_gross := trim_scale(v_position.realized_gross + v_step.realized_gross);
            end if;
            v_position.signed_qty := v_step.signed_qty;
            v_position.open_cost := v_step.open_cost;
            v_position.avg_price := v_step.avg_price;
            v_position.fees := trim_scale(v_position.fees + v_fill.fee);
            v_position.version := v_position.version + 1;
            v_out_of_order := v_fill.filled_at < v_position.last_fill_at;
            v_position.last_fill_at := greatest(v_position.last_fill_at, v_fill.filled_at);

            if v_fill.fee = 0 then
                v_fill.fee_currency := null;
                v_fill.fee_rate := null;
            else
                v_fill.fee_currency := v_position.currency;
            end if;
            if v_out_of_order or v_order.lifecycle in ('denied', 'rejected', 'canceled', 'expired') or v_order.cum_qty > v_order.working_qty
               or v_order.origin = 'external'
            then
                v_fill.flags := trading._fill_flags(v_order.lifecycle, v_order.origin, v_order.working_qty, v_order.cum_qty, v_out_of_order,
                                                    false, false);
            end if;
            v_fill.order_version := v_order.version;
            v_fill.order_status := trading._order_status(v_order.lifecycle, v_order.pending, v_order.working_qty, v_order.cum_qty);
            v_fill.order_cum_qty := v_order.cum_qty;
            v_fill.position_version := v_position.version;
            v_fill.position_cycle := v_position.cycle;
            v_fill.position_qty := v_position.signed_qty;
            v_fill.position_avg_price := v_position.avg_price;
            v_fill.realized_gross := v_step.realized_gross;
            v_fill.realized_net := trim_scale(v_step.realized_gross - v_fill.fee);
            v_fill.position_realized := trim_scale(v_position.realized_gross - v_position.fees + v_position.funding);
            v_new := v_new || v_fill;
        else
            if v_waited[v_place] then
                v_derived := trading._fill_derive_amended(v_fill, v_position, v_order);
                v_amended := v_amended || (cardinality(v_new) + 1);
            else
                v_derived := trading._fill_derive(v_fill, v_position, v_order);
            end if;
            v_position := v_derived.p_position;
            v_order := v_derived.p_order;
            v_new := v_new || v_derived.p_fill;
            if (v_derived.closed).position_id is not null then
                v_closed := v_closed || v_derived.closed;
            end if;
            if (v_derived.other_fee).position_id is not null then
                v_other_fees := v_other_fees || v_derived.other_fee;
            end if;
        end if;
        v_new_places := v_new_places || v_place;
        v_position_ids := v_position_ids || v_position.position_id;
    end loop;
    v_positions[v_position_place] := v_position;
    v_orders[v_order_place] := v_order;

    perform trading._write_fills(p_account_id, v_new, v_positions, v_orders, v_other_fees, v_closed);
    if v_amended = '{}' then
        perform trading._emit_fills(p_account_id, v_new, v_position_ids, p_ctx);
    else
        -- What had waited for a fill comes right after it in the log.
        for v_place in 1..cardinality(v_new) loop
            v_fill := v_new[v_place];
            v_event_id := trading._emit_fill(v_fill, v_position_ids[v_place]);
            if v_place = any (v_amended) then
                perform trading._emit_waiting_fill_events(v_fill, v_position_ids[v_place]);
            end if;
        end loop;
    end if;

    v_answers := array(
        select a.answer
          from (select v_new_places[n.idx] as place, trading._fill_answer('created', n.fill, v_position_ids[n.idx]) as answer
                  from (select f as fill, row_number() over ()::integer as idx from unnest(v_new) as f) as n
                union all
                select o.place, null
                  from unnest(v_others) as o (place)) as a
         order by a.place);
    foreach v_place in array v_others loop
        v_answers[v_place] := trading._apply_fill(p_fills[v_place]);
    end loop;
    return v_answers;
end
$function$;

alter function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb) owner to daybook_api;

comment on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb) is 'Records the fills of a batch, whose arguments were checked, in their order; returns one answer for each, in that order too.';

revoke execute on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb) from public;
grant execute on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb) to daybook_owner;
