-- daybook mirror: function trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric)
-- needs: util/functions/div18.sql

CREATE OR REPLACE FUNCTION trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN trim_scale(round((((- p_multiplier) * p_rate) * CASE WHEN (p_kind = 'inverse'::text) THEN util.div18(p_signed_qty, p_mark) ELSE (p_signed_qty * p_mark) END), 18));

alter function trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric) owner to daybook_api;

comment on function trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric) is 'What a position receives (negative: pays) for one funding interval, in its currency, rounded half away from zero to 18 decimals.';

revoke execute on function trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric) from public;
grant execute on function trading._funding_amount(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric) to daybook_owner;
