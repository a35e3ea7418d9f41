-- daybook mirror: schema trading
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_audit
-- role: daybook_backup
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_owner
-- role: daybook_risk

create schema trading;

alter schema trading owner to daybook_owner;

comment on schema trading is 'The book: accounts, runs, orders, fills, positions and equity. Written only by its functions.';

grant usage on schema trading to daybook_agent;
grant usage on schema trading to daybook_api;
grant usage on schema trading to daybook_app;
grant usage on schema trading to daybook_audit;
grant usage on schema trading to daybook_backup;
grant usage on schema trading to daybook_bot;
grant usage on schema trading to daybook_console;
grant usage on schema trading to daybook_executor;
grant usage on schema trading to daybook_lab_reader;
grant usage on schema trading to daybook_manager;
grant usage on schema trading to daybook_risk;
