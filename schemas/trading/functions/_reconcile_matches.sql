-- daybook mirror: function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric)

CREATE OR REPLACE FUNCTION trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((p_qty = p_venue_qty) AND ((p_qty = (0)::numeric) OR (p_venue_avg_price IS NULL) OR (abs((p_avg_price - p_venue_avg_price)) <= (0.0001 * abs(p_avg_price)))));

alter function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) owner to daybook_api;

comment on function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) is 'Whether a position is what the venue says: the same quantity, and the average but for a hundredth of a percent of the book''s. An average that the venue does not say is not compared.';

revoke execute on function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) from public;
grant execute on function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric) to daybook_owner;
