-- daybook mirror: view market.v_listings_reader
-- needs: market/tables/listings.sql
-- needs: ref/tables/instruments.sql
-- needs: util/types/amount.sql

create view market.v_listings_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    i.instrument_id,
    i.base,
    i.quote,
    i.settle,
    l.status,
    l.trading,
    l.stated_at,
    l.tick_size,
    l.lot_size,
    l.min_notional,
    COALESCE(l.multiplier, i.multiplier) AS multiplier,
    l.listed_at,
    l.ends_at
   FROM (ref.instruments i
     CROSS JOIN LATERAL ( SELECT n.instrument_id,
            n.stated_at,
            n.status,
            n.trading,
            n.tick_size,
            n.lot_size,
            n.min_notional,
            n.multiplier,
            n.listed_at,
            n.ends_at,
            n.statement_id
           FROM market.listings n
          WHERE (n.instrument_id = i.instrument_id)
          ORDER BY n.stated_at DESC
         LIMIT 1) l);

alter view market.v_listings_reader owner to daybook_api;

comment on view market.v_listings_reader is 'What each venue says of its instruments now: whether they trade, ticks and lots, listing and end, and since when it says so.';

grant select on market.v_listings_reader to daybook_agent;
grant select on market.v_listings_reader to daybook_app;
grant select on market.v_listings_reader to daybook_bot;
grant select on market.v_listings_reader to daybook_console;
grant select on market.v_listings_reader to daybook_data_writer;
grant select on market.v_listings_reader to daybook_lab_reader;
grant select on market.v_listings_reader to daybook_manager;
grant select on market.v_listings_reader to daybook_risk;
