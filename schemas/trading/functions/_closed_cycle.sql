-- daybook mirror: function trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint)
-- needs: trading/tables/positions.sql
-- needs: trading/tables/roundtrips.sql

CREATE OR REPLACE FUNCTION trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint)
 RETURNS trading.roundtrips
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ROW((p_position).account_id, (p_position).position_id, (p_position).cycle, (p_position).instrument_id, (p_position).position_key, CASE WHEN ((p_position).signed_qty > (0)::numeric) THEN 'long'::text ELSE 'short'::text END, (p_position).opened_at, p_closed_at, (p_position).cycle_qty, (p_position).cycle_entry_value, (p_position).cycle_exit_value, p_gross, p_fees, (p_position).cycle_low, (p_position).cycle_high, (p_position).cycle_version, p_version)::trading.roundtrips;

alter function trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint) owner to daybook_api;

comment on function trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint) is 'The round trip of the cycle that a fill closes. The sums of p_position include that fill; its quantity is as before, for the side.';

revoke execute on function trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint) from public;
grant execute on function trading._closed_cycle(p_position trading.positions, p_gross numeric, p_fees numeric, p_closed_at timestamp with time zone, p_version bigint) to daybook_owner;
