create or replace function trading._describe_fill(p_fill trading.fills, p_position_id uuid) returns jsonb
language sql stable parallel safe
return jsonb_strip_nulls(jsonb_build_object(
    'fill_id', (p_fill).fill_id, 'order_id', (p_fill).order_id, 'instrument_id', (p_fill).instrument_id,
    'side', (p_fill).side, 'qty', (p_fill).qty::text, 'price', (p_fill).price::text, 'fee', (p_fill).fee::text,
    'fee_currency', (p_fill).fee_currency, 'fee_rate', (p_fill).fee_rate::text, 'liquidity', (p_fill).liquidity,
    'venue_trade_id', (p_fill).venue_trade_id, 'trade_discriminator', (p_fill).trade_discriminator, 'flags', (p_fill).flags,
    'order_status', (p_fill).order_status, 'order_cum_qty', (p_fill).order_cum_qty::text, 'position_id', p_position_id,
    'position_key', (p_fill).position_key, 'position_version', (p_fill).position_version,
    'position_cycle', (p_fill).position_cycle, 'position_qty', (p_fill).position_qty::text,
    'position_avg_price', (p_fill).position_avg_price::text, 'realized_gross', (p_fill).realized_gross::text,
    'realized_net', (p_fill).realized_net::text, 'position_realized', (p_fill).position_realized::text));

comment on function trading._describe_fill(trading.fills, uuid) is 'What the event trading.fill_recorded tells.';
