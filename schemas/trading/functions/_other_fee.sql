-- daybook mirror: function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
-- needs: trading/tables/position_fees.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
 RETURNS trading.position_fees
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_kind constant text := trading._fee_kind_of(p_position, p_fee, p_fee_currency, p_fee_rate);
begin
    return case when v_kind in ('base', 'other', 'converted') then
        row(p_position.account_id, p_position.position_id, p_fee_currency, case v_kind when 'base' then 'base' else 'other' end, p_fee,
            case v_kind when 'converted' then p_fee else 0 end,
            case v_kind when 'converted' then p_fee * p_fee_rate else 0 end)::trading.position_fees
    end;
end
$function$;

alter function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) owner to daybook_api;

comment on function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) is 'What a fee adds to the totals of its position in currencies other than the position''s own; null for one in that currency.';

revoke execute on function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) from public;
grant execute on function trading._other_fee(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) to daybook_owner;
