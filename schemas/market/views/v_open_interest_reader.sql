-- daybook mirror: view market.v_open_interest_reader
-- needs: market/tables/open_interest.sql
-- needs: ref/tables/instruments.sql

create view market.v_open_interest_reader as
 SELECT i.venue,
    i.symbol,
    i.kind,
    o.instrument_id,
    o.period_s,
    o.observed_at,
    o.open_interest,
    o.open_interest_value,
    o.batch_id
   FROM (market.open_interest o
     JOIN ref.instruments i ON ((i.instrument_id = o.instrument_id)));

alter view market.v_open_interest_reader owner to daybook_api;

comment on view market.v_open_interest_reader is 'Open interest with the names of the instrument: the way for readers. Restrict instrument, period_s and observed_at.';

grant select on market.v_open_interest_reader to daybook_agent;
grant select on market.v_open_interest_reader to daybook_app;
grant select on market.v_open_interest_reader to daybook_bot;
grant select on market.v_open_interest_reader to daybook_console;
grant select on market.v_open_interest_reader to daybook_data_writer;
grant select on market.v_open_interest_reader to daybook_lab_reader;
grant select on market.v_open_interest_reader to daybook_manager;
grant select on market.v_open_interest_reader to daybook_risk;
