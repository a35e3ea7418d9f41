-- daybook mirror: schema daybook
-- role: daybook_owner

create schema daybook;

alter schema daybook owner to daybook_owner;

comment on schema daybook is 'What the installer of Daybook knows of this database: which modules, which migrations, which functions.';
