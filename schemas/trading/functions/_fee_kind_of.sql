-- daybook mirror: function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
-- needs: trading/functions/_fee_kind.sql
-- needs: trading/tables/positions.sql

CREATE OR REPLACE FUNCTION trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN trading._fee_kind(((p_position).kind)::text, (p_position).base_currency, (p_position).currency, p_fee, COALESCE(p_fee_currency, (p_position).currency), p_fee_rate);

alter function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) owner to daybook_api;

comment on function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) is 'trading._fee_kind() of a fee of this position; without a currency it is in that of the position.';

revoke execute on function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) from public;
grant execute on function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric) to daybook_owner;
