create or replace view trading.trades as
select t.account_id, t.fill_id, t.order_id, t.instrument_id, i.venue, i.symbol, i.kind, t.position_key, t.side, t.qty, t.price,
       t.qty * t.price as value, t.fee, case when t.fee <> 0 then coalesce(t.fee_currency, i.settle) end as fee_currency,
       case when t.fee <> 0 then t.fee_rate end as fee_rate, t.liquidity, t.venue_trade_id, t.trade_discriminator, t.realized_gross,
       t.realized_net, t.position_cycle, t.position_version, t.flags, t.amended, t.filled_at, t.recorded_at
  from trading.fill_terms as t
  join ref.instruments as i on i.instrument_id = t.instrument_id
 where not t.busted;

comment on view trading.trades is
    'The fills that count, on their effective terms and with what they realise now, with the names of their instruments.';
