-- daybook mirror: schema settings
-- role: daybook_api
-- role: daybook_app
-- role: daybook_audit
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_data_writer
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_owner
-- role: daybook_relay
-- role: daybook_risk

create schema settings;

alter schema settings owner to daybook_owner;

comment on schema settings is 'Configuration as data: settings with full history, time windows, the universe of coins, rights on accounts.';

grant usage on schema settings to daybook_api;
grant usage on schema settings to daybook_app;
grant usage on schema settings to daybook_audit;
grant usage on schema settings to daybook_bot;
grant usage on schema settings to daybook_console;
grant usage on schema settings to daybook_data_writer;
grant usage on schema settings to daybook_executor;
grant usage on schema settings to daybook_lab_reader;
grant usage on schema settings to daybook_manager;
grant usage on schema settings to daybook_relay;
grant usage on schema settings to daybook_risk;
