-- daybook mirror: function trading._position_cash(p_position trading.positions)
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._position_cash(p_position trading.positions)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((((p_position).realized_gross - (p_position).fees) + (p_position).funding) - CASE WHEN (((p_position).kind)::text = 'spot'::text) THEN ((p_position).open_cost * ((p_position).multiplier)::numeric) ELSE (0)::numeric END);

alter function trading._position_cash(p_position trading.positions) owner to daybook_api;

comment on function trading._position_cash(p_position trading.positions) is 'What a position brought in of its own currency, less what was paid for what is open; a contract takes only its result.';

revoke execute on function trading._position_cash(p_position trading.positions) from public;
grant execute on function trading._position_cash(p_position trading.positions) to daybook_owner;
