-- daybook mirror: function trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric)

CREATE OR REPLACE FUNCTION trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN ((p_fill_id IS NOT NULL) AND (p_order_id IS NOT NULL) AND (p_instrument_id IS NOT NULL) AND (p_side = ANY (ARRAY['buy'::text, 'sell'::text])) AND (p_qty IS NOT NULL) AND (LEAST(p_qty, p_fee_rate) > (0)::numeric) AND (p_price >= (0)::numeric) AND (GREATEST(p_qty, p_price, abs(p_fee), p_fee_rate) < '100000000000000000000'::numeric) AND (GREATEST(min_scale(p_qty), min_scale(p_price), min_scale(p_fee), min_scale(p_fee_rate)) <= 18) AND COALESCE((p_liquidity = ANY (ARRAY['maker'::text, 'taker'::text])), true) AND ((p_venue_trade_id <> ''::text) IS NOT FALSE) AND COALESCE((GREATEST(length(p_venue_trade_id), length(p_trade_discriminator), length(p_position_key)) <= 200), true) AND isfinite(p_filled_at));

alter function trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) owner to daybook_api;

comment on function trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) is 'Whether the arguments of a fill are well formed; not true when they are not.';

revoke execute on function trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) from public;
grant execute on function trading._is_fill(p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamp with time zone, p_fee_rate numeric) to daybook_owner;
