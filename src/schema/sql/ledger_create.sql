-- Version 1 of the runner's own schema. Later versions are further files that add to it; daybook.bootstrap says which have run.
create schema daybook;
comment on schema daybook is 'What the installer of Daybook knows of this database: which modules, which migrations, which functions.';

create table daybook.bootstrap (
    version      integer     not null primary key,
    applied_at   timestamptz not null default clock_timestamp(),
    applied_by   name        not null default session_user,
    tool_version text        not null
);
comment on table daybook.bootstrap is 'Versions of this schema itself, one row each; the highest is the one in force.';

create table daybook.modules (
    module       text        not null primary key,
    chosen       boolean     not null,
    built_in     boolean     not null,
    schemas      text[]      not null,
    tool_version text        not null,
    installed_at timestamptz not null default clock_timestamp(),
    updated_at   timestamptz not null default clock_timestamp()
);
comment on table daybook.modules is 'The modules of this database. They stay installed; a later run without names goes on with these.';
comment on column daybook.modules.chosen is 'True when somebody asked for it, false when another module required it or it is always there.';
comment on column daybook.modules.tool_version is 'The version of daybook that last wrote anything of this module.';

create table daybook.migrations (
    module       text        not null references daybook.modules (module) on delete restrict,
    number       bigint      not null check (number >= 0),
    seq          bigint      generated always as identity unique,
    name         text        not null,
    sha256       text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    started_at   timestamptz not null,
    applied_at   timestamptz not null default clock_timestamp(),
    applied_by   name        not null default session_user,
    applied_as   name        not null default current_user,
    duration_ms  bigint      not null check (duration_ms >= 0),
    tool_version text        not null,
    primary key (module, number)
);
comment on table daybook.migrations is 'The ledger: every migration that was applied, once, in the transaction that applied it. Insert-only.';
comment on column daybook.migrations.seq is 'The order in which migrations were applied in this database, across modules.';
comment on column daybook.migrations.sha256 is 'Of the file with LF line ends, so that a checkout with CRLF is the same file.';

create table daybook.routines (
    module         text        not null references daybook.modules (module) on delete restrict,
    kind           text        not null check (kind in ('function', 'view')),
    name           text        not null,
    identity       text        not null,
    sha256         text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    run_as_owner   boolean     not null,
    migration      bigint      not null,
    applied_at     timestamptz not null default clock_timestamp(),
    applied_by     name        not null default session_user,
    tool_version   text        not null,
    primary key (module, kind, name)
);
comment on table daybook.routines is 'The functions and views that were created from files, so that a changed one is applied again and one without a file is dropped.';
comment on column daybook.routines.name is 'Of the file.';
comment on column daybook.routines.identity is 'What DROP takes: "function trading.f(p_id uuid)".';
comment on column daybook.routines.migration is 'The newest migration of the module when it was applied; a newer one applies it again. -1: none.';

create function daybook._refuse_change() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception '%.% is insert-only', tg_table_schema, tg_table_name
        using errcode = '42501', hint = 'what happened stays recorded; a correction is a further row';
end
$$;
comment on function daybook._refuse_change() is 'Keeps the ledger insert-only even for its owner.';
revoke all on function daybook._refuse_change() from public;

create trigger refuse_change before update or delete on daybook.migrations
    for each row execute function daybook._refuse_change();
create trigger refuse_truncate before truncate on daybook.migrations
    for each statement execute function daybook._refuse_change();
alter table daybook.migrations enable always trigger refuse_change;
alter table daybook.migrations enable always trigger refuse_truncate;
revoke update, delete, truncate on daybook.migrations from current_user;
