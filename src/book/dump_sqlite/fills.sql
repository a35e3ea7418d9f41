select f.account_id, i.venue || '/' || i.symbol || '/' || i.kind as instrument, f.position_key, f.position_version, f.fill_id, f.order_id,
       f.side, f.qty, f.price, f.fee, f.fee_currency, f.fee_rate, f.liquidity, f.venue_trade_id, f.trade_discriminator,
       iso(f.filled_at) as filled_at, f.flags, f.order_version, f.order_status, f.order_cum_qty, f.position_cycle, f.position_qty,
       f.position_avg_price, f.realized_gross, f.realized_net, f.position_realized
  from fills as f
  join instruments as i on i.instrument_id = f.instrument_id
 where (?1 is null or f.account_id in (select value from json_each(?1)))
 order by f.account_id, i.venue, i.symbol, i.kind, f.position_key, f.position_version
