select fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, fee_rate, liquidity, venue_trade_id,
       trade_discriminator, filled_at, flags, order_version, order_status, order_cum_qty, position_version, position_cycle, position_qty,
       position_avg_price, realized_gross, realized_net, position_realized
  from fills
 where account_id = ?1 and fill_id = ?2
