-- daybook mirror: function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric)

CREATE OR REPLACE FUNCTION trading._order_overfill(p_working_qty numeric, p_cum_qty numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN trim_scale(CASE WHEN (p_cum_qty > p_working_qty) THEN (p_cum_qty - p_working_qty) WHEN (p_working_qty IS NOT NULL) THEN (0)::numeric ELSE NULL::numeric END);

alter function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) owner to daybook_api;

comment on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) is 'What was filled beyond the quantity in force; null while that is unknown.';

revoke execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) from public;
grant execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) to daybook_backup;
grant execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) to daybook_console;
grant execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) to daybook_lab_reader;
grant execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) to daybook_owner;
grant execute on function trading._order_overfill(p_working_qty numeric, p_cum_qty numeric) to daybook_risk;
