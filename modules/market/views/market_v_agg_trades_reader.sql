create or replace view market.v_agg_trades_reader as
    select i.venue, i.symbol, i.kind,
           t.instrument_id, t.agg_trade_id, t.trade_time, t.price, t.quantity, t.first_trade_id, t.last_trade_id,
           t.buyer_is_maker, t.batch_id
      from market.agg_trades t
      join ref.instruments i on i.instrument_id = t.instrument_id;
comment on view market.v_agg_trades_reader is
    'Aggregate trades with the names of their instrument: the way for readers. Restrict instrument and trade_time.';
