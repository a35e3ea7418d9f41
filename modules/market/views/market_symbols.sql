create or replace view market.symbols as
    select i.instrument_id, i.venue, i.symbol, i.kind, i.base, i.quote, i.settle, i.tick_size, i.lot_size, i.multiplier,
           i.version
      from ref.instruments i;
comment on view market.symbols is 'Instruments as market data sees them: symbol, base and quote asset, sizes.';
