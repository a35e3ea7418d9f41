create or replace function trading._reconcile_matches(p_qty numeric, p_avg_price numeric, p_venue_qty numeric, p_venue_avg_price numeric)
returns boolean
language sql immutable parallel safe
return p_qty = p_venue_qty
       and (p_qty = 0 or p_venue_avg_price is null or abs(p_avg_price - p_venue_avg_price) <= 0.0001 * abs(p_avg_price));

comment on function trading._reconcile_matches(numeric, numeric, numeric, numeric) is
    'Whether a position is what the venue says: the same quantity, and the average but for a hundredth of a percent of the book''s. An average that the venue does not say is not compared.';
