-- daybook mirror: function trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric)
 RETURNS trading.positions
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    p_position.realized_gross := trim_scale(p_position.realized_gross + p_gross);
    p_position.fees := trim_scale(p_position.fees + p_fees);
    if p_position.signed_qty <> 0 then
        p_position.cycle_gross_before := trim_scale(p_position.cycle_gross_before + p_gross);
        p_position.cycle_fees_before := trim_scale(p_position.cycle_fees_before + p_fees);
    end if;
end
$function$;

alter function trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric) owner to daybook_api;

comment on function trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric) is 'The position with so much more gross and fees before its open cycle.';

revoke execute on function trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric) from public;
grant execute on function trading._shift_results(INOUT p_position trading.positions, p_gross numeric, p_fees numeric) to daybook_owner;
