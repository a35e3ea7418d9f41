create or replace function trading._venue_keys(p_section text) returns text[]
language sql immutable parallel safe
return case p_section
    when 'fills' then array['fill_id', 'order_id', 'exchange_order_id', 'instrument_id', 'symbol', 'kind', 'position_key', 'side', 'qty', 'price',
        'fee', 'fee_currency', 'fee_rate', 'liquidity', 'venue_trade_id', 'trade_discriminator', 'filled_at']
    when 'open_orders' then array['order_id', 'exchange_order_id', 'instrument_id', 'symbol', 'kind', 'position_key', 'side', 'type', 'time_in_force',
        'qty', 'price', 'stop_price', 'filled_qty', 'avg_price', 'submitted_at']
    when 'orders_queried' then array['order_id', 'exchange_order_id', 'instrument_id', 'symbol', 'kind', 'status', 'filled_qty', 'avg_price', 'reason']
    when 'positions' then array['instrument_id', 'symbol', 'kind', 'position_key', 'qty', 'avg_price']
    when 'balances' then array['currency', 'balance']
end;

comment on function trading._venue_keys(text) is 'What an entry of a section of a venue''s state may say; null when there is no such section.';
