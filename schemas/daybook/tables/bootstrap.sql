-- daybook mirror: table daybook.bootstrap

create table daybook.bootstrap (
    version integer not null,
    applied_at timestamp with time zone default clock_timestamp() not null,
    applied_by name default SESSION_USER not null,
    tool_version text not null,
    constraint bootstrap_pkey PRIMARY KEY (version)
);

alter table daybook.bootstrap owner to daybook_owner;

comment on table daybook.bootstrap is 'Versions of this schema itself, one row each; the highest is the one in force.';

grant select on daybook.bootstrap to daybook_drift_reader;
grant select on daybook.bootstrap to daybook_migrator;
grant select on daybook.bootstrap to daybook_monitor;
