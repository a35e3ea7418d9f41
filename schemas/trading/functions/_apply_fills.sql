-- daybook mirror: function trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb)
-- needs: trading/tables/fills.sql
-- needs: trading/types/fill_answer.sql

CREATE OR REPLACE FUNCTION trading._apply_fills(p_account_id uuid, p_fills trading.fills[], p_ctx jsonb)
 RETURNS trading.fill_answer[]
 LANGUAGE plpgsql
AS $function$
declare
    v_positions trading.positions[];
    v_orders trading.orders[];
    v_answers trading.fill_answer[];
    v_new trading.fills[] := '{}';
    v_new_places integer[] := '{}';
    v_position_ids uuid[] := '{}';
    v_others integer[] := '{}';
    v_other_fees trading.position_fees[] := '{}';
    v_closed trading.roundtrips[] := '{}';
    v_amended integer[] := '{}';
    v_event_id uuid;
    v_item record;
    -- of each fill: its place among the positions and orders, whether it may not be new, whether something waits for it
    v_position_places integer[];
    v_order_places integer[];
    v_seen boolean[];
    v_waited boolean[];
    -- the fill at hand; the position and order that it moves stay here while fills of the same follow
    v_place integer := 0;
    v_fill trading.fills;
    v_position trading.positions;
    v_position_place integer := 0;
    v_order trading.orders;
    v_order_place integer := 0;
    v_derived trading.fill_effect;
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

    select array_agg(k.position_place order by k.idx), array_agg(k.order_place order by k.idx), array_agg(k.seen order by k.idx),
           array_agg(k.waited order by k.idx)
      into v_position_places, v_order_places, v_seen, v_waited
      from (select f.ordinality as idx,
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
                     limit 1) is not null as waited
              from unnest(p_fills) with ordinality as f) as k;

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

        if v_waited[v_place] then
            v_derived := trading._fill_derive_amended(v_fill, v_position, v_order);
            v_amended := v_amended || (cardinality(v_new) + 1);
        else
            v_derived := trading._fill_derive(v_fill, v_position, v_order);
        end if;
        v_position := v_derived.p_position;
        v_order := v_derived.p_order;
        v_new := v_new || v_derived.p_fill;
        v_new_places := v_new_places || v_place;
        v_position_ids := v_position_ids || v_position.position_id;
        if (v_derived.closed).position_id is not null then
            v_closed := v_closed || v_derived.closed;
        end if;
        if (v_derived.other_fee).position_id is not null then
            v_other_fees := v_other_fees || v_derived.other_fee;
        end if;
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
