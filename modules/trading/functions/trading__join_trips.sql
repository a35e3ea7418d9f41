create or replace function trading._join_trips(p_all trading.lot_trip, p_part trading.lot_trip) returns trading.lot_trip
language sql immutable parallel safe
return row((p_all).cycle, (p_all).side,
           case when (p_part).first_version < (p_all).first_version then (p_part).opened_at else (p_all).opened_at end,
           (p_all).closed_at, (p_all).qty + (p_part).qty, (p_all).entry_value + (p_part).entry_value,
           (p_all).exit_value + (p_part).exit_value, (p_all).gross + (p_part).gross, (p_all).fees + (p_part).fees,
           (p_all).funding + (p_part).funding, least((p_all).first_version, (p_part).first_version),
           (p_all).last_version, least((p_all).seen, (p_part).seen))::trading.lot_trip;

comment on function trading._join_trips(trading.lot_trip, trading.lot_trip) is
    'Two parts of what one fill closed as one round trip, which began with the earlier of them.';
