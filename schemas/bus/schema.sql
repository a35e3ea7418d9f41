-- daybook mirror: schema bus
-- role: daybook_api
-- role: daybook_app
-- role: daybook_audit
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_monitor
-- role: daybook_owner
-- role: daybook_relay
-- role: daybook_worker

create schema bus;

alter schema bus owner to daybook_owner;

comment on schema bus is 'Domain events: what happened, once, in the transaction in which it happened.';

grant usage on schema bus to daybook_api;
grant usage on schema bus to daybook_app;
grant usage on schema bus to daybook_audit;
grant usage on schema bus to daybook_bot;
grant usage on schema bus to daybook_console;
grant usage on schema bus to daybook_executor;
grant usage on schema bus to daybook_lab_reader;
grant usage on schema bus to daybook_manager;
grant usage on schema bus to daybook_monitor;
grant usage on schema bus to daybook_relay;
grant usage on schema bus to daybook_worker;
