insert into fills (account_id, fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, fee_rate, liquidity,
                   venue_trade_id, trade_discriminator, filled_at, recorded_at, ctx, flags, order_version, order_status, order_cum_qty,
                   position_version, position_cycle, position_qty, position_avg_price, realized_gross, realized_net, position_realized)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)
