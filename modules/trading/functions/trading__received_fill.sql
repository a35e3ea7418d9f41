create or replace function trading._received_fill(
    p_account_id uuid, p_fill_id uuid, p_order_id uuid, p_instrument_id uuid, p_side text, p_qty numeric, p_price numeric,
    p_fee numeric, p_fee_currency text, p_fee_rate numeric, p_liquidity text, p_venue_trade_id text, p_trade_discriminator text,
    p_position_key text, p_filled_at timestamptz, p_recorded_at timestamptz, p_ctx jsonb)
returns trading.fills
language sql immutable parallel safe
return row(p_account_id, p_fill_id, p_order_id, p_instrument_id, coalesce(p_position_key, ''), p_side, trim_scale(p_qty),
           trim_scale(p_price), trim_scale(coalesce(p_fee, 0)), p_fee_currency, trim_scale(p_fee_rate), p_liquidity, p_venue_trade_id,
           coalesce(p_trade_discriminator, ''), p_filled_at, p_recorded_at, p_ctx,
           '{}', null, null, null, null, null, null, null, null, null, null)::trading.fills;

comment on function trading._received_fill(uuid, uuid, uuid, uuid, text, numeric, numeric, numeric, text, numeric, text, text, text, text, timestamptz, timestamptz, jsonb) is
    'A fill as it was received, in canonical form, with nothing derived yet.';
