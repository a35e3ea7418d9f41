-- daybook mirror: schema daybook
-- role: daybook_drift_reader
-- role: daybook_migrator
-- role: daybook_monitor
-- role: daybook_owner

create schema daybook;

alter schema daybook owner to daybook_owner;

comment on schema daybook is 'What the installer of Daybook knows of this database: which modules, which migrations, which functions.';

grant usage on schema daybook to daybook_drift_reader;
grant usage on schema daybook to daybook_migrator;
grant usage on schema daybook to daybook_monitor;
