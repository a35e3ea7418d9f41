-- daybook mirror: schema util
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_backup
-- role: daybook_bot
-- role: daybook_console
-- role: daybook_data_writer
-- role: daybook_executor
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_owner
-- role: daybook_risk

create schema util;

alter schema util owner to daybook_owner;

comment on schema util is 'Low-level helpers without business meaning: ids, time, exact decimals, checks of arguments.';

grant usage on schema util to daybook_agent;
grant usage on schema util to daybook_api;
grant usage on schema util to daybook_app;
grant usage on schema util to daybook_backup;
grant usage on schema util to daybook_bot;
grant usage on schema util to daybook_console;
grant usage on schema util to daybook_data_writer;
grant usage on schema util to daybook_executor;
grant usage on schema util to daybook_lab_reader;
grant usage on schema util to daybook_manager;
grant usage on schema util to daybook_risk;
