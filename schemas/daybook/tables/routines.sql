-- daybook mirror: table daybook.routines

create table daybook.routines (
    module text not null,
    kind text not null,
    name text not null,
    identity text not null,
    sha256 text not null,
    run_as_owner boolean not null,
    migration bigint not null,
    applied_at timestamp with time zone default clock_timestamp() not null,
    applied_by name default SESSION_USER not null,
    tool_version text not null,
    constraint routines_pkey PRIMARY KEY (module, kind, name),
    constraint routines_kind_check CHECK ((kind = ANY (ARRAY['function'::text, 'view'::text, 'repeatable'::text]))),
    constraint routines_sha256_check CHECK (((length(sha256) = 64) AND (sha256 !~ '[^0-9a-f]'::text)))
);

alter table daybook.routines owner to daybook_owner;

comment on table daybook.routines is 'The functions and views that were created from files, so that a changed one is applied again and one without a file is dropped; and the repeatable files of folders adopted from Flyway.';
comment on column daybook.routines.name is 'Of the file.';
comment on column daybook.routines.identity is 'What DROP takes: "function trading.f(p_id uuid)". Empty for a repeatable file, which may make anything and is never undone.';
comment on column daybook.routines.migration is 'The newest migration of the module when it was applied; a newer one applies it again, unless it is a repeatable file. -1: none.';

grant select on daybook.routines to daybook_drift_reader;
grant select on daybook.routines to daybook_migrator;
grant select on daybook.routines to daybook_monitor;

-- Once everything else exists:

alter table only daybook.routines add constraint routines_module_fkey FOREIGN KEY (module) REFERENCES daybook.modules(module) ON DELETE RESTRICT;
