create or replace function trading._flat_position(inout p_position trading.positions)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._flat_position(trading.positions) is 'The position without anything open; its totals and the number of its last cycle stay.';
