create or replace function trading._closed_cycle(
    p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamptz, p_version bigint)
returns trading.roundtrips
language sql immutable parallel safe
return row((p_position).account_id, (p_position).position_id, (p_position).cycle, (p_position).instrument_id,
           (p_position).position_key, case when (p_position).signed_qty > 0 then 'long' else 'short' end, (p_position).opened_at,
           p_closed_at, (p_position).cycle_qty, (p_position).cycle_entry_value, (p_position).cycle_exit_value, p_gross, p_fees,
           (p_position).cycle_low, (p_position).cycle_high, (p_position).cycle_version, p_version)::trading.roundtrips;

comment on function trading._closed_cycle(trading.positions, numeric, numeric, timestamptz, bigint) is
    'The round trip of the cycle that a fill closes. The sums of p_position include that fill; its quantity is as before, for the side.';
