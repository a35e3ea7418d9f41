-- daybook mirror: function trading._describe_fill(p_fill trading.fills, p_position_id uuid)
-- needs: trading/tables/fills.sql

CREATE OR REPLACE FUNCTION trading._describe_fill(p_fill trading.fills, p_position_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (format('{"fee": "%s", "qty": "%s", "side": "%s", "flags": %s, "price": "%s", "fill_id": "%s", %s"order_id": "%s", %s"position_id": "%s", %s"order_status": "%s", "position_key": %s, "position_qty": "%s", "realized_net": "%s", "instrument_id": "%s", "order_cum_qty": "%s", "position_cycle": %s, "realized_gross": "%s", %s"position_version": %s, "position_realized": "%s", "position_avg_price": "%s", "trade_discriminator": %s}'::text, (p_fill).fee, (p_fill).qty, (p_fill).side, to_json((p_fill).flags), (p_fill).price, (p_fill).fill_id, (('"fee_rate": "'::text || (p_fill).fee_rate) || '", '::text), (p_fill).order_id, (('"liquidity": "'::text || ((p_fill).liquidity)::text) || '", '::text), p_position_id, (('"fee_currency": '::text || to_json((p_fill).fee_currency)) || ', '::text), (p_fill).order_status, to_json((p_fill).position_key), (p_fill).position_qty, (p_fill).realized_net, (p_fill).instrument_id, (p_fill).order_cum_qty, (p_fill).position_cycle, (p_fill).realized_gross, (('"venue_trade_id": '::text || to_json((p_fill).venue_trade_id)) || ', '::text), (p_fill).position_version, (p_fill).position_realized, (p_fill).position_avg_price, to_json((p_fill).trade_discriminator)))::jsonb;

alter function trading._describe_fill(p_fill trading.fills, p_position_id uuid) owner to daybook_api;

comment on function trading._describe_fill(p_fill trading.fills, p_position_id uuid) is 'What the event trading.fill_recorded tells.';

revoke execute on function trading._describe_fill(p_fill trading.fills, p_position_id uuid) from public;
grant execute on function trading._describe_fill(p_fill trading.fills, p_position_id uuid) to daybook_owner;
