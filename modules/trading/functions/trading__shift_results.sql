create or replace function trading._shift_results(inout p_position trading.positions, p_gross numeric, p_fees numeric)
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    p_position.realized_gross := trim_scale(p_position.realized_gross + p_gross);
    p_position.fees := trim_scale(p_position.fees + p_fees);
    if p_position.signed_qty <> 0 then
        p_position.cycle_gross_before := trim_scale(p_position.cycle_gross_before + p_gross);
        p_position.cycle_fees_before := trim_scale(p_position.cycle_fees_before + p_fees);
    end if;
end
$$;

comment on function trading._shift_results(trading.positions, numeric, numeric) is
    'The position with so much more gross and fees before its open cycle.';
