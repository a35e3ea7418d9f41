-- daybook mirror: function trading._venue_keys(p_section text)

CREATE OR REPLACE FUNCTION trading._venue_keys(p_section text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN CASE p_section WHEN 'fills'::text THEN ARRAY['fill_id'::text, 'order_id'::text, 'exchange_order_id'::text, 'instrument_id'::text, 'symbol'::text, 'kind'::text, 'position_key'::text, 'side'::text, 'qty'::text, 'price'::text, 'fee'::text, 'fee_currency'::text, 'fee_rate'::text, 'liquidity'::text, 'venue_trade_id'::text, 'trade_discriminator'::text, 'filled_at'::text] WHEN 'open_orders'::text THEN ARRAY['order_id'::text, 'exchange_order_id'::text, 'instrument_id'::text, 'symbol'::text, 'kind'::text, 'position_key'::text, 'side'::text, 'type'::text, 'time_in_force'::text, 'qty'::text, 'price'::text, 'stop_price'::text, 'filled_qty'::text, 'avg_price'::text, 'submitted_at'::text] WHEN 'orders_queried'::text THEN ARRAY['order_id'::text, 'exchange_order_id'::text, 'instrument_id'::text, 'symbol'::text, 'kind'::text, 'status'::text, 'filled_qty'::text, 'avg_price'::text, 'reason'::text] WHEN 'positions'::text THEN ARRAY['instrument_id'::text, 'symbol'::text, 'kind'::text, 'position_key'::text, 'qty'::text, 'avg_price'::text] WHEN 'balances'::text THEN ARRAY['currency'::text, 'balance'::text] ELSE NULL::text[] END;

alter function trading._venue_keys(p_section text) owner to daybook_api;

comment on function trading._venue_keys(p_section text) is 'What an entry of a section of a venue''s state may say; null when there is no such section.';

revoke execute on function trading._venue_keys(p_section text) from public;
grant execute on function trading._venue_keys(p_section text) to daybook_owner;
