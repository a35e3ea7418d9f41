-- daybook mirror: function trading._avg_price(p_kind text, p_qty numeric, p_value numeric)
-- needs: util/functions/div18.sql

CREATE OR REPLACE FUNCTION trading._avg_price(p_kind text, p_qty numeric, p_value numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ((p_qty = (0)::numeric) OR (p_value = (0)::numeric)) THEN (0)::numeric WHEN (p_kind = 'inverse'::text) THEN util.div18(p_qty, p_value) ELSE util.div18(p_value, p_qty) END;

alter function trading._avg_price(p_kind text, p_qty numeric, p_value numeric) owner to daybook_api;

comment on function trading._avg_price(p_kind text, p_qty numeric, p_value numeric) is 'The average price at which a quantity has that value: quantity times price, or divided by it for an inverse contract.';

revoke execute on function trading._avg_price(p_kind text, p_qty numeric, p_value numeric) from public;
grant execute on function trading._avg_price(p_kind text, p_qty numeric, p_value numeric) to daybook_owner;
