create or replace view market.v_trades_reader as
    select i.venue, i.symbol, i.kind,
           t.instrument_id, t.trade_id, t.trade_time, t.price, t.quantity, t.quote_quantity, t.buyer_is_maker, t.batch_id
      from market.trades t
      join ref.instruments i on i.instrument_id = t.instrument_id;
comment on view market.v_trades_reader is
    'Single trades with the names of their instrument: the way for readers. Restrict instrument and trade_time.';
