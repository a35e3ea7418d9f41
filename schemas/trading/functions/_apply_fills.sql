-- daybook mirror: function trading._apply_fills(p_account_id uuid, p_fills trading.fills[])
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._apply_fills(p_account_id uuid, p_fills trading.fills[])
 RETURNS trading.fill_answer[]
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_fills trading.fills[] := p_fills;
    v_positions trading.positions[];
    v_orders trading.orders[];
    v_answers trading.fill_answer[] := array_fill(null::trading.fill_answer, array[cardinality(p_fills)]);
    v_new trading.fills[] := '{}';
    v_position_ids uuid[] := '{}';
    v_others integer[] := '{}';
    v_item record;
    v_position trading.positions;
    v_order trading.orders;
    v_derived record;
    v_other_fees trading.position_fees[] := '{}';
    v_closed trading.roundtrips[] := '{}';
    v_amended integer[] := '{}';
    v_fill trading.fills;
    v_event_id uuid;
begin
    -- Locks: positions, then orders, each sorted. Missing orders are imported below, under the lock of their position.
    v_positions := trading._lock_positions(p_account_id, p_fills);
    v_orders := array_fill(null::trading.orders, array[(select count(distinct f.order_id) from unnest(p_fills) as f)::integer]);
    for v_item in
        select k.place, o as found
          from (select d.order_id, row_number() over (order by d.order_id)::integer as place
                  from (select distinct f.order_id from unnest(p_fills) as f) as d) as k
          join trading.orders as o on o.account_id = p_account_id and o.order_id = k.order_id
         order by k.order_id
           for no key update of o
    loop
        v_orders[v_item.place] := v_item.found;
    end loop;

    for v_item in
        select f.ordinality::integer as idx,
               dense_rank() over (order by f.instrument_id, f.position_key)::integer as position_place,
               dense_rank() over (order by f.order_id)::integer as order_place,
               row_number() over (partition by f.fill_id order by f.ordinality) > 1
               or f.venue_trade_id is not null
                  and row_number() over (partition by f.instrument_id, f.venue_trade_id, f.trade_discriminator
                                         order by f.ordinality) > 1
               or (select true
                     from trading.fills as k
                    where k.account_id = p_account_id and k.fill_id = f.fill_id
                    limit 1) is not null
               or (select true
                     from trading.fills as k
                    where k.account_id = p_account_id and k.instrument_id = f.instrument_id
                      and k.venue_trade_id = f.venue_trade_id and k.trade_discriminator = f.trade_discriminator
                    limit 1) is not null
                   as seen,
               (select true
                  from trading.fill_events as e
                 where e.account_id = p_account_id and e.fill_id = f.fill_id
                 limit 1) is not null as amended
          from unnest(p_fills) with ordinality as f
         order by f.ordinality
    loop
        v_order := v_orders[v_item.order_place];
        v_position := v_positions[v_item.position_place];
        if v_item.seen or v_position.position_id is null then
            v_others := v_others || v_item.idx;
            continue;
        end if;
        if v_order.order_id is null then
            perform trading._import_order(v_fills[v_item.idx]);
            select * into strict v_order
              from trading.orders as o
             where o.account_id = p_account_id and o.order_id = (v_fills[v_item.idx]).order_id
               for no key update;
            v_orders[v_item.order_place] := v_order;
        end if;
        if (v_order.instrument_id, v_order.side, v_order.position_key)
           <> ((v_fills[v_item.idx]).instrument_id, (v_fills[v_item.idx]).side, (v_fills[v_item.idx]).position_key)
        then
            v_others := v_others || v_item.idx;
            continue;
        end if;

        if v_item.amended then
            v_derived := trading._fill_derive_amended(v_fills[v_item.idx], v_position, v_order);
            v_amended := v_amended || (cardinality(v_new) + 1);
        else
            v_derived := trading._fill_derive(v_fills[v_item.idx], v_position, v_order);
        end if;
        v_positions[v_item.position_place] := v_derived.p_position;
        v_orders[v_item.order_place] := v_derived.p_order;
        v_new := v_new || v_derived.p_fill;
        v_position_ids := v_position_ids || (v_derived.p_position).position_id;
        if (v_derived.closed).position_id is not null then
            v_closed := v_closed || v_derived.closed;
        end if;
        if (v_derived.other_fee).position_id is not null then
            v_other_fees := v_other_fees || v_derived.other_fee;
        end if;
        v_answers[v_item.idx] := trading._fill_answer('created', v_derived.p_fill, (v_derived.p_position).position_id);
    end loop;

    perform trading._write_fills(p_account_id, v_new, v_positions, v_orders, v_other_fees, v_closed);
    -- An assignment and not a perform, which would get the expression ready for each fill.
    for v_place in 1..cardinality(v_new) loop
        v_fill := v_new[v_place];
        v_event_id := trading._emit_fill(v_fill, v_position_ids[v_place]);
        if v_place = any (v_amended) then
            perform trading._emit_waiting_fill_events(v_fill, v_position_ids[v_place]);
        end if;
    end loop;

    for v_place in 1..cardinality(v_others) loop
        v_answers[v_others[v_place]] := trading._apply_fill(v_fills[v_others[v_place]]);
    end loop;
    return v_answers;
end
$function$;

alter function trading._apply_fills(p_account_id uuid, p_fills trading.fills[]) owner to daybook_api;

comment on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[]) is 'Records the fills of a batch, whose arguments were checked, in their order; returns one answer for each, in that order too.';

revoke execute on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[]) from public;
grant execute on function trading._apply_fills(p_account_id uuid, p_fills trading.fills[]) to daybook_owner;
