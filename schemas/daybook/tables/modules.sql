-- daybook mirror: table daybook.modules

create table daybook.modules (
    module text not null,
    chosen boolean not null,
    built_in boolean not null,
    schemas text[] not null,
    tool_version text not null,
    installed_at timestamp with time zone default clock_timestamp() not null,
    updated_at timestamp with time zone default clock_timestamp() not null,
    constraint modules_pkey PRIMARY KEY (module)
);

alter table daybook.modules owner to daybook_owner;

comment on table daybook.modules is 'The modules of this database. They stay installed; a later run without names goes on with these.';
comment on column daybook.modules.chosen is 'True when somebody asked for it, false when another module required it or it is always there.';
comment on column daybook.modules.tool_version is 'The version of daybook that last wrote anything of this module.';

grant select on daybook.modules to daybook_drift_reader;
grant select on daybook.modules to daybook_migrator;
grant select on daybook.modules to daybook_monitor;
