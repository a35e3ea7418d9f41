-- daybook mirror: function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)

CREATE OR REPLACE FUNCTION trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN (p_lifecycle = ANY (ARRAY['denied'::text, 'rejected'::text])) THEN p_lifecycle WHEN ((p_lifecycle = ANY (ARRAY['canceled'::text, 'expired'::text])) AND (p_cum_qty >= p_working_qty)) THEN 'filled'::text WHEN (p_lifecycle = ANY (ARRAY['canceled'::text, 'expired'::text])) THEN p_lifecycle WHEN (p_pending = 'cancel'::text) THEN 'pending_cancel'::text WHEN (p_pending = 'replace'::text) THEN 'pending_replace'::text WHEN (p_cum_qty >= p_working_qty) THEN 'filled'::text WHEN (p_cum_qty > (0)::numeric) THEN 'partially_filled'::text ELSE p_lifecycle END;

alter function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) owner to daybook_api;

comment on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) is 'The status to display. A cancelled or expired order stays so after a late fill unless it is full; a pending request outranks filled.';

revoke execute on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) from public;
grant execute on function trading._order_status(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) to daybook_owner;
