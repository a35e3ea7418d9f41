-- Written as text and read once, which takes half of what jsonb_build_object() does: that looks up anew how each of two dozen values is written. A null is
-- written as nothing, and so is what is concatenated with it; what may hold a quote goes through to_json().
create or replace function trading._describe_fill(p_fill trading.fills, p_position_id uuid) returns jsonb
language sql stable parallel safe
return format(
    '{"fee": "%s", "qty": "%s", "side": "%s", "flags": %s, "price": "%s", "fill_id": "%s", %s"order_id": "%s", %s"position_id": "%s", %s'
    '"order_status": "%s", "position_key": %s, "position_qty": "%s", "realized_net": "%s", "instrument_id": "%s", "order_cum_qty": "%s", '
    '"position_cycle": %s, "realized_gross": "%s", %s"position_version": %s, "position_realized": "%s", "position_avg_price": "%s", '
    '"trade_discriminator": %s}',
    (p_fill).fee, (p_fill).qty, (p_fill).side, to_json((p_fill).flags), (p_fill).price, (p_fill).fill_id,
    '"fee_rate": "' || (p_fill).fee_rate || '", ', (p_fill).order_id, '"liquidity": "' || (p_fill).liquidity || '", ', p_position_id,
    '"fee_currency": ' || to_json((p_fill).fee_currency) || ', ', (p_fill).order_status, to_json((p_fill).position_key), (p_fill).position_qty,
    (p_fill).realized_net, (p_fill).instrument_id, (p_fill).order_cum_qty, (p_fill).position_cycle, (p_fill).realized_gross,
    '"venue_trade_id": ' || to_json((p_fill).venue_trade_id) || ', ', (p_fill).position_version, (p_fill).position_realized,
    (p_fill).position_avg_price, to_json((p_fill).trade_discriminator))::jsonb;

comment on function trading._describe_fill(trading.fills, uuid) is 'What the event trading.fill_recorded tells.';
