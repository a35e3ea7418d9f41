-- daybook mirror: table daybook.migrations

create table daybook.migrations (
    module text not null,
    number bigint not null,
    seq bigint generated always as identity not null,
    name text not null,
    sha256 text not null,
    started_at timestamp with time zone not null,
    applied_at timestamp with time zone default clock_timestamp() not null,
    applied_by name default SESSION_USER not null,
    applied_as name default CURRENT_USER not null,
    duration_ms bigint not null,
    tool_version text not null,
    constraint migrations_pkey PRIMARY KEY (module, number),
    constraint migrations_seq_key UNIQUE (seq),
    constraint migrations_duration_ms_check CHECK ((duration_ms >= 0)),
    constraint migrations_number_check CHECK ((number >= 0)),
    constraint migrations_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

alter table daybook.migrations owner to daybook_owner;

comment on table daybook.migrations is 'The ledger: every migration that was applied, once, in the transaction that applied it. Insert-only.';
comment on column daybook.migrations.seq is 'The order in which migrations were applied in this database, across modules.';
comment on column daybook.migrations.sha256 is 'Of the file with LF line ends, so that a checkout with CRLF is the same file.';

revoke update, delete, truncate on daybook.migrations from daybook_owner;
grant select on daybook.migrations to daybook_drift_reader;
grant select on daybook.migrations to daybook_migrator;
grant select on daybook.migrations to daybook_monitor;

-- Once everything else exists:

alter table only daybook.migrations add constraint migrations_module_fkey FOREIGN KEY (module) REFERENCES daybook.modules(module) ON DELETE RESTRICT;
CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON daybook.migrations FOR EACH ROW EXECUTE FUNCTION daybook._refuse_change();
alter table only daybook.migrations enable always trigger refuse_change;
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON daybook.migrations FOR EACH STATEMENT EXECUTE FUNCTION daybook._refuse_change();
alter table only daybook.migrations enable always trigger refuse_truncate;
