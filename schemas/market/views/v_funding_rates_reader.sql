-- daybook mirror: view market.v_funding_rates_reader
-- needs: market/tables/funding_rates.sql
-- needs: ref/tables/instruments.sql

create view market.v_funding_rates_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    f.instrument_id,
    f.funding_time,
    f.raw_time,
    (f.rate)::numeric AS rate,
    trim_scale(((f.rate)::numeric * (10000)::numeric)) AS rate_bps,
    f.interval_hours,
    f.mark_price,
    f.batch_id
   FROM (market.funding_rates f
     JOIN ref.instruments i ON ((i.instrument_id = f.instrument_id)));

alter view market.v_funding_rates_reader owner to daybook_api;

comment on view market.v_funding_rates_reader is 'Funding rates as settled, on their grid, with the names of their instrument, as a fraction and in basis points: the way for readers. Restrict instrument and funding_time. What a venue states in between is in market.v_funding_snapshots_reader.';

grant select on market.v_funding_rates_reader to daybook_agent;
grant select on market.v_funding_rates_reader to daybook_app;
grant select on market.v_funding_rates_reader to daybook_bot;
grant select on market.v_funding_rates_reader to daybook_console;
grant select on market.v_funding_rates_reader to daybook_data_writer;
grant select on market.v_funding_rates_reader to daybook_lab_reader;
grant select on market.v_funding_rates_reader to daybook_manager;
grant select on market.v_funding_rates_reader to daybook_risk;
