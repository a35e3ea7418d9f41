-- daybook mirror: view market.symbols
-- needs: ref/tables/instruments.sql
-- needs: util/types/amount.sql

create view market.symbols as
 SELECT i.instrument_id,
    i.venue,
    i.symbol,
    i.kind,
    i.base,
    i.quote,
    i.settle,
    i.tick_size,
    i.lot_size,
    i.multiplier,
    i.version
   FROM ref.instruments i;

alter view market.symbols owner to daybook_api;

comment on view market.symbols is 'Instruments as market data sees them: symbol, base and quote asset, sizes.';

grant select on market.symbols to daybook_agent;
grant select on market.symbols to daybook_app;
grant select on market.symbols to daybook_bot;
grant select on market.symbols to daybook_console;
grant select on market.symbols to daybook_data_writer;
grant select on market.symbols to daybook_executor;
grant select on market.symbols to daybook_lab_reader;
grant select on market.symbols to daybook_manager;
grant select on market.symbols to daybook_risk;
