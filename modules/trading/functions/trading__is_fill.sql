-- The only test that a good fill pays for. greatest() and least() pass over nulls; NaN and the infinities fail it, as they do
-- in util.require_amount(). An expression, so that the planner puts it where it is called.
create or replace function trading._is_fill(
    p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric, p_fee numeric, p_liquidity text,
    p_venue_trade_id text, p_trade_discriminator text, p_position_key text, p_filled_at timestamptz, p_fee_rate numeric)
returns boolean
language sql immutable parallel safe
return p_fill_id is not null and p_order_id is not null and p_instrument_id is not null
       and p_side in ('buy', 'sell')
       and p_qty is not null and least(p_qty, p_fee_rate) > 0
       and p_price >= 0
       and greatest(p_qty, p_price, abs(p_fee), p_fee_rate) < 100000000000000000000
       and greatest(min_scale(p_qty), min_scale(p_price), min_scale(p_fee), min_scale(p_fee_rate)) <= 18
       and coalesce(p_liquidity in ('maker', 'taker'), true)
       and (p_venue_trade_id <> '') is not false
       and coalesce(greatest(length(p_venue_trade_id), length(p_trade_discriminator), length(p_position_key)) <= 200, true)
       and isfinite(p_filled_at);

comment on function trading._is_fill(uuid, uuid, uuid, text, numeric, numeric, numeric, text, text, text, text, timestamptz, numeric) is
    'Whether the arguments of a fill are well formed; not true when they are not.';
