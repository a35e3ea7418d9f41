-- daybook mirror: schema market
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_data_writer
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_monitor
-- role: daybook_owner
-- role: daybook_risk

create schema market;

alter schema market owner to daybook_owner;

comment on schema market is 'Cleaned market data: de-duplicated, one row per candle, with what a correction replaced.';

grant usage on schema market to daybook_agent;
grant usage on schema market to daybook_api;
grant usage on schema market to daybook_app;
grant usage on schema market to daybook_bot;
grant usage on schema market to daybook_console;
grant usage on schema market to daybook_data_writer;
grant usage on schema market to daybook_executor;
grant usage on schema market to daybook_lab_reader;
grant usage on schema market to daybook_manager;
grant usage on schema market to daybook_monitor;
grant usage on schema market to daybook_risk;
