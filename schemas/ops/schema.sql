-- daybook mirror: schema ops
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_audit
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_data_writer
-- role: daybook_executor
-- role: daybook_manager
-- role: daybook_monitor
-- role: daybook_owner
-- role: daybook_relay
-- role: daybook_risk

create schema ops;

alter schema ops owner to daybook_owner;

comment on schema ops is 'Operation of the installation: runtime sessions, and later smokes and their results.';

grant usage on schema ops to daybook_agent;
grant usage on schema ops to daybook_api;
grant usage on schema ops to daybook_app;
grant usage on schema ops to daybook_audit;
grant usage on schema ops to daybook_bot;
grant usage on schema ops to daybook_console;
grant usage on schema ops to daybook_data_writer;
grant usage on schema ops to daybook_executor;
grant usage on schema ops to daybook_manager;
grant usage on schema ops to daybook_monitor;
grant usage on schema ops to daybook_relay;
grant usage on schema ops to daybook_risk;
