-- daybook mirror: function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip)
-- needs: trading/types/lot_trip.sql

CREATE OR REPLACE FUNCTION trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip)
 RETURNS trading.lot_trip
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ROW((p_all).cycle, (p_all).side, CASE WHEN ((p_part).first_version < (p_all).first_version) THEN (p_part).opened_at ELSE (p_all).opened_at END, (p_all).closed_at, ((p_all).qty + (p_part).qty), ((p_all).entry_value + (p_part).entry_value), ((p_all).exit_value + (p_part).exit_value), ((p_all).gross + (p_part).gross), ((p_all).fees + (p_part).fees), ((p_all).funding + (p_part).funding), LEAST((p_all).first_version, (p_part).first_version), (p_all).last_version, LEAST((p_all).seen, (p_part).seen))::trading.lot_trip;

alter function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip) owner to daybook_api;

comment on function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip) is 'Two parts of what one fill closed as one round trip, which began with the earlier of them.';

revoke execute on function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip) from public;
grant execute on function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip) to daybook_owner;
