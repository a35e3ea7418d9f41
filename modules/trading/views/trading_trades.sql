create or replace view trading.trades as
select f.account_id, f.fill_id, f.order_id, f.instrument_id, i.venue, i.symbol, i.kind, f.position_key, f.side, f.qty, f.price,
       f.qty * f.price as value, f.fee, f.fee_currency, f.liquidity, f.venue_trade_id, f.trade_discriminator, f.realized_gross,
       f.realized_net, f.flags, f.filled_at, f.recorded_at
  from trading.fills as f
  join ref.instruments as i on i.instrument_id = f.instrument_id;

comment on view trading.trades is 'The fills that count, with the names of their instruments.';
