-- The fields come in the order in which jsonb keeps them, by length and then by letters: it need not sort them.
create or replace function trading._describe_fill(p_fill trading.fills, p_position_id uuid) returns jsonb
language sql stable parallel safe
return jsonb_strip_nulls(jsonb_build_object(
    'fee', (p_fill).fee::text, 'qty', (p_fill).qty::text, 'side', (p_fill).side, 'flags', (p_fill).flags,
    'price', (p_fill).price::text, 'fill_id', (p_fill).fill_id, 'fee_rate', (p_fill).fee_rate::text,
    'order_id', (p_fill).order_id, 'liquidity', (p_fill).liquidity, 'position_id', p_position_id,
    'fee_currency', (p_fill).fee_currency, 'order_status', (p_fill).order_status, 'position_key', (p_fill).position_key,
    'position_qty', (p_fill).position_qty::text, 'realized_net', (p_fill).realized_net::text,
    'instrument_id', (p_fill).instrument_id, 'order_cum_qty', (p_fill).order_cum_qty::text,
    'position_cycle', (p_fill).position_cycle, 'realized_gross', (p_fill).realized_gross::text,
    'venue_trade_id', (p_fill).venue_trade_id, 'position_version', (p_fill).position_version,
    'position_realized', (p_fill).position_realized::text, 'position_avg_price', (p_fill).position_avg_price::text,
    'trade_discriminator', (p_fill).trade_discriminator));

comment on function trading._describe_fill(trading.fills, uuid) is 'What the event trading.fill_recorded tells.';
