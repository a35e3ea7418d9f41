-- daybook mirror: function trading._flat_position(INOUT p_position trading.positions)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._flat_position(INOUT p_position trading.positions)
 RETURNS trading.positions
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    p_position.signed_qty := 0;
    p_position.open_cost := 0;
    p_position.avg_price := 0;
    p_position.opened_at := null;
    p_position.cycle_version := null;
    p_position.cycle_qty := 0;
    p_position.cycle_entry_value := 0;
    p_position.cycle_exit_value := 0;
    p_position.cycle_low := null;
    p_position.cycle_high := null;
    p_position.cycle_gross_before := 0;
    p_position.cycle_fees_before := 0;
end
$function$;

alter function trading._flat_position(INOUT p_position trading.positions) owner to daybook_api;

comment on function trading._flat_position(INOUT p_position trading.positions) is 'The position without anything open; its totals and the number of its last cycle stay.';

revoke execute on function trading._flat_position(INOUT p_position trading.positions) from public;
grant execute on function trading._flat_position(INOUT p_position trading.positions) to daybook_owner;
