select f.account_id, concat_ws('/', i.venue, i.symbol, i.kind) as instrument, f.position_key, f.position_version, f.fill_id, f.order_id,
       f.side, f.qty, f.price, f.fee, f.fee_currency, f.fee_rate, f.liquidity, f.venue_trade_id, f.trade_discriminator, f.filled_at,
       array_to_string(f.flags, ',') as flags, f.order_version, f.order_status, f.order_cum_qty, f.position_cycle, f.position_qty,
       f.position_avg_price, f.realized_gross, f.realized_net, f.position_realized
  from trading.fills as f
  join ref.instruments as i on i.instrument_id = f.instrument_id
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by f.account_id, i.venue collate "C", i.symbol collate "C", i.kind collate "C", f.position_key collate "C", f.position_version
