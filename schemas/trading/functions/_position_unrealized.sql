-- daybook mirror: function trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric)
-- needs: util/functions/div18.sql

CREATE OR REPLACE FUNCTION trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN trim_scale((p_multiplier * CASE WHEN (p_signed_qty = (0)::numeric) THEN (0)::numeric WHEN (p_kind = 'inverse'::text) THEN (p_open_cost - util.div18(p_signed_qty, p_mark)) ELSE ((p_signed_qty * p_mark) - p_open_cost) END));

alter function trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric) owner to daybook_api;

comment on function trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric) is 'Profit and loss of what is open at a mark, in the currency of the position; null without a mark, unless flat.';

revoke execute on function trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric) from public;
grant execute on function trading._position_unrealized(p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric) to daybook_owner;
