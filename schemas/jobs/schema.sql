-- daybook mirror: schema jobs
-- role: daybook_agent
-- role: daybook_api
-- role: daybook_app
-- role: daybook_console
-- role: daybook_lab_reader
-- role: daybook_manager
-- role: daybook_monitor
-- role: daybook_owner
-- role: daybook_worker

create schema jobs;

alter schema jobs owner to daybook_owner;

comment on schema jobs is 'Work to do later: queues, jobs, what became of them, and schedules.';

grant usage on schema jobs to daybook_agent;
grant usage on schema jobs to daybook_api;
grant usage on schema jobs to daybook_app;
grant usage on schema jobs to daybook_console;
grant usage on schema jobs to daybook_lab_reader;
grant usage on schema jobs to daybook_manager;
grant usage on schema jobs to daybook_monitor;
grant usage on schema jobs to daybook_worker;
