-- daybook mirror: view market.v_fear_greed_reader
-- needs: market/tables/fear_greed.sql

create view market.v_fear_greed_reader as
 SELECT t.observed_at,
    t.value,
    t.classification,
    t.batch_id
   FROM market.fear_greed t;

alter view market.v_fear_greed_reader owner to daybook_api;

comment on view market.v_fear_greed_reader is 'The fear and greed index: the way for readers.';

grant select on market.v_fear_greed_reader to daybook_agent;
grant select on market.v_fear_greed_reader to daybook_app;
grant select on market.v_fear_greed_reader to daybook_bot;
grant select on market.v_fear_greed_reader to daybook_console;
grant select on market.v_fear_greed_reader to daybook_data_writer;
grant select on market.v_fear_greed_reader to daybook_lab_reader;
grant select on market.v_fear_greed_reader to daybook_manager;
grant select on market.v_fear_greed_reader to daybook_risk;
