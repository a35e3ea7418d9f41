-- daybook mirror: function trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[])
-- needs: trading/tables/positions.sql
-- needs: trading/types/lot.sql
-- needs: trading/types/lot_trip.sql

CREATE OR REPLACE FUNCTION trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[])
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_inverse constant boolean := p_position.kind = 'inverse';
    v_side constant text := case when p_position.signed_qty > 0 then 'long' else 'short' end;
    v_left trading.lot := p_closing;
    v_place integer;
    v_in record;
    v_out record;
    v_trip trading.lot_trip;
begin
    trips := '{}';
    while v_left.qty > 0 loop
        v_place := trading._next_lot(p_lots, p_matching);
        v_in := trading._take_lot(p_lots[v_place], v_left.qty, not v_inverse and p_method <> 'average');
        v_out := trading._take_lot(v_left, (v_in.part).qty, not v_inverse);
        v_left := v_out.p_lot;
        if (v_in.p_lot).qty = 0 then
            p_lots := p_lots[:v_place - 1] || p_lots[v_place + 1:];
        else
            p_lots[v_place] := v_in.p_lot;
        end if;

        v_trip := row(p_position.cycle, v_side, (v_in.part).opened_at, v_left.opened_at, (v_in.part).qty, (v_in.part).value,
                      (v_out.part).value,
                      p_position.multiplier * ((v_out.part).value - (v_in.part).value)
                          * case when (v_side = 'short') <> v_inverse then -1 else 1 end - (v_in.part).loss - (v_out.part).loss,
                      (v_in.part).fees + (v_out.part).fees, (v_in.part).funding, (v_in.part).version, v_left.version, (v_in.part).seen);
        if p_method = 'fill_to_fill' or cardinality(trips) = 0 then
            trips := trips || v_trip;
        else
            trips[1] := trading._join_trips(trips[1], v_trip);
        end if;
    end loop;
end
$function$;

alter function trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[]) owner to daybook_api;

comment on function trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[]) is 'The lots of a position after a fill closed a part of them, p_closing being that part of the fill, and the round trips that this makes: one for each lot by fill_to_fill, else one.';

revoke execute on function trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[]) from public;
grant execute on function trading._close_lots(INOUT p_lots trading.lot[], p_position trading.positions, p_closing trading.lot, p_method text, p_matching text, OUT trips trading.lot_trip[]) to daybook_owner;
