-- daybook mirror: schema ref
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_data_writer
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_owner
-- role: daybook_risk

create schema ref;

alter schema ref owner to daybook_owner;

comment on schema ref is 'Reference data known to every module: currencies, venues, instruments.';

grant usage on schema ref to daybook_agent;
grant usage on schema ref to daybook_api;
grant usage on schema ref to daybook_app;
grant usage on schema ref to daybook_bot;
grant usage on schema ref to daybook_console;
grant usage on schema ref to daybook_data_writer;
grant usage on schema ref to daybook_executor;
grant usage on schema ref to daybook_lab_reader;
grant usage on schema ref to daybook_manager;
grant usage on schema ref to daybook_risk;
