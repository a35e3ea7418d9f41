-- daybook mirror: function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric)

CREATE OR REPLACE FUNCTION trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN trim_scale(CASE WHEN (p_lifecycle = ANY (ARRAY['denied'::text, 'rejected'::text, 'canceled'::text, 'expired'::text])) THEN (0)::numeric WHEN (p_cum_qty >= p_working_qty) THEN (0)::numeric ELSE (p_working_qty - p_cum_qty) END);

alter function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) owner to daybook_api;

comment on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) is 'What of an order may still fill: nothing once it is closed or full; null while its quantity is unknown.';

revoke execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) from public;
grant execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) to daybook_backup;
grant execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) to daybook_console;
grant execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) to daybook_lab_reader;
grant execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) to daybook_owner;
grant execute on function trading._order_leaves(p_lifecycle text, p_working_qty numeric, p_cum_qty numeric) to daybook_risk;
