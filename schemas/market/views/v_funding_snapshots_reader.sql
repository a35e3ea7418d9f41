-- daybook mirror: view market.v_funding_snapshots_reader
-- needs: market/tables/funding_snapshots.sql
-- needs: ref/tables/instruments.sql

create view market.v_funding_snapshots_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    s.instrument_id,
    s.snapshot_at,
    (s.rate)::numeric AS rate,
    trim_scale(((s.rate)::numeric * (10000)::numeric)) AS rate_bps,
    (s.mark_price)::numeric AS mark_price,
    (s.index_price)::numeric AS index_price
   FROM (market.funding_snapshots s
     JOIN ref.instruments i ON ((i.instrument_id = s.instrument_id)));

alter view market.v_funding_snapshots_reader owner to daybook_api;

comment on view market.v_funding_snapshots_reader is 'Funding rates as stated from moment to moment, with the names of their instrument, as a fraction and in basis points, with mark and index price: the way for readers. Restrict instrument (or venue, symbol, kind) and snapshot_at.';

grant select on market.v_funding_snapshots_reader to daybook_agent;
grant select on market.v_funding_snapshots_reader to daybook_app;
grant select on market.v_funding_snapshots_reader to daybook_bot;
grant select on market.v_funding_snapshots_reader to daybook_console;
grant select on market.v_funding_snapshots_reader to daybook_data_writer;
grant select on market.v_funding_snapshots_reader to daybook_lab_reader;
grant select on market.v_funding_snapshots_reader to daybook_manager;
grant select on market.v_funding_snapshots_reader to daybook_risk;
