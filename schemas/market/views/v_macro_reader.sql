-- daybook mirror: view market.v_macro_reader
-- needs: market/tables/macro_data.sql

create view market.v_macro_reader as
 SELECT t.series,
    t.observed_at,
    t.value,
    t.batch_id
   FROM market.macro_data t;

alter view market.v_macro_reader owner to daybook_api;

comment on view market.v_macro_reader is 'Economic series: the way for readers. Restrict series and observed_at.';

grant select on market.v_macro_reader to daybook_agent;
grant select on market.v_macro_reader to daybook_app;
grant select on market.v_macro_reader to daybook_bot;
grant select on market.v_macro_reader to daybook_console;
grant select on market.v_macro_reader to daybook_data_writer;
grant select on market.v_macro_reader to daybook_lab_reader;
grant select on market.v_macro_reader to daybook_manager;
grant select on market.v_macro_reader to daybook_risk;
