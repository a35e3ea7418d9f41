-- The runner's own schema, version 2. Later versions are further files that add to it; daybook.bootstrap says which have run.
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
    seq            bigint      not null primary key check (seq > 0),
    module         text        not null references daybook.modules (module) on delete restrict,
    number         bigint      not null check (number >= 0),
    name           text        not null,
    kind           text        not null check (kind in ('transaction', 'statements', 'baseline')),
    sha256         text        not null check (length(sha256) = 64 and sha256 !~ '[^0-9a-f]'),
    sha384         text        not null check (length(sha384) = 96 and sha384 !~ '[^0-9a-f]'),
    statements     integer     not null check (statements >= 0),
    out_of_order   boolean     not null,
    started_at     timestamptz not null,
    finished_at    timestamptz not null,
    lock_wait_ms   bigint      not null check (lock_wait_ms >= 0),
    applied_by     name        not null,
    applied_as     name        not null,
    git_commit     text,
    git_dirty      boolean,
    approved_by    text,
    tool_version   text        not null,
    server_version text        not null,
    steps_hash     text        check (length(steps_hash) = 64 and steps_hash !~ '[^0-9a-f]'),
    prev_hash      text        not null unique check (length(prev_hash) = 64 and prev_hash !~ '[^0-9a-f]'),
    chain_hash     text        not null unique check (length(chain_hash) = 64 and chain_hash !~ '[^0-9a-f]'),
    unique (module, number)
);
comment on table daybook.migrations is 'The ledger: every migration that was applied, once, in the transaction that applied it. Insert-only, and a chain: each row is hashed together with the hash of the row before it.';
comment on column daybook.migrations.seq is 'The order in which migrations were applied in this database, across modules; without gaps.';
comment on column daybook.migrations.kind is 'transaction: applied as a whole. statements: one by one, see daybook.migration_steps. baseline: applied before by another tool and taken over.';
comment on column daybook.migrations.sha256 is 'Of the file with LF line ends, so that a checkout with CRLF is the same file.';
comment on column daybook.migrations.sha384 is 'Of the bytes of the file as they were, which is what sqlx keeps.';
comment on column daybook.migrations.out_of_order is 'True when somebody allowed it by name after a later one had been applied.';
comment on column daybook.migrations.started_at is 'When its transaction began, or its first step; by the server''s clock, read once a run and measured by the runner from there on.';
comment on column daybook.migrations.finished_at is 'When its statements were done; by the same clock.';
comment on column daybook.migrations.lock_wait_ms is 'The longest that one statement waited for a lock, over all tries; looked at ten times a second.';
comment on column daybook.migrations.git_commit is 'Of the checkout that the file came from; null for modules inside the program and for files outside git.';
comment on column daybook.migrations.git_dirty is 'True when the module''s folder had changes that were not committed.';
comment on column daybook.migrations.approved_by is 'Whoever was named with --approved-by.';
comment on column daybook.migrations.steps_hash is 'The newest chain_hash of daybook.migration_steps when a migration of kind statements was complete: ties that chain into this one.';
comment on column daybook.migrations.prev_hash is 'chain_hash of the row before; zeros in the first.';
comment on column daybook.migrations.chain_hash is 'SHA-256 of the JSON array of all columns before it, in their order, times as ISO 8601 UTC with microseconds. `daybook migrate verify` computes it anew.';

create table daybook.migration_steps (
    seq        bigint      not null primary key check (seq > 0),
    module     text        not null references daybook.modules (module) on delete restrict,
    number     bigint      not null check (number >= 0),
    statement  integer     not null check (statement > 0),
    event      text        not null check (event in ('started', 'done', 'failed')),
    sha256     text        not null check (length(sha256) = 64 and sha256 !~ '[^0-9a-f]'),
    happened_at timestamptz not null,
    applied_by name        not null,
    detail     text,
    prev_hash  text        not null unique check (length(prev_hash) = 64 and prev_hash !~ '[^0-9a-f]'),
    chain_hash text        not null unique check (length(chain_hash) = 64 and chain_hash !~ '[^0-9a-f]')
);
create index migration_steps_migration on daybook.migration_steps (module, number);
comment on table daybook.migration_steps is 'How far a migration came whose statements cannot share a transaction: what makes it resumable at the statement that failed. Insert-only, and a chain as daybook.migrations is.';
comment on column daybook.migration_steps.statement is 'Counted from 1 in the file.';
comment on column daybook.migration_steps.event is 'A statement that can have a transaction is done in the one that records it; any other is started before and done or failed after.';
comment on column daybook.migration_steps.sha256 is 'Of the text of the statement.';
comment on column daybook.migration_steps.detail is 'SQLSTATE and message of a failure.';

create table daybook.routines (
    module         text        not null references daybook.modules (module) on delete restrict,
    kind           text        not null check (kind in ('function', 'view', 'repeatable')),
    name           text        not null,
    identity       text        not null,
    sha256         text        not null check (length(sha256) = 64 and sha256 !~ '[^0-9a-f]'),
    run_as_owner   boolean     not null,
    migration      bigint      not null,
    applied_at     timestamptz not null default clock_timestamp(),
    applied_by     name        not null default session_user,
    tool_version   text        not null,
    primary key (module, kind, name)
);
comment on table daybook.routines is 'The functions and views that were created from files, so that a changed one is applied again and one without a file is dropped; and the repeatable files of folders adopted from Flyway.';
comment on column daybook.routines.name is 'Of the file.';
comment on column daybook.routines.identity is 'What DROP takes: "function trading.f(p_id uuid)". Empty for a repeatable file, which may make anything and is never undone.';
comment on column daybook.routines.migration is 'The newest migration of the module when it was applied; a newer one applies it again, unless it is a repeatable file. -1: none.';

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
create trigger refuse_change before update or delete on daybook.migration_steps
    for each row execute function daybook._refuse_change();
create trigger refuse_truncate before truncate on daybook.migration_steps
    for each statement execute function daybook._refuse_change();
alter table daybook.migration_steps enable always trigger refuse_change;
alter table daybook.migration_steps enable always trigger refuse_truncate;
revoke update, delete, truncate on daybook.migration_steps from current_user;
