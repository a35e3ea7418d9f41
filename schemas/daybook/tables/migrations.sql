-- daybook mirror: table daybook.migrations

create table daybook.migrations (
    seq bigint not null,
    module text not null,
    number bigint not null,
    name text not null,
    kind text not null,
    sha256 text not null,
    sha384 text not null,
    statements integer not null,
    out_of_order boolean not null,
    started_at timestamp with time zone not null,
    finished_at timestamp with time zone not null,
    lock_wait_ms bigint not null,
    applied_by name not null,
    applied_as name not null,
    git_commit text,
    git_dirty boolean,
    approved_by text,
    tool_version text not null,
    server_version text not null,
    steps_hash text,
    prev_hash text not null,
    chain_hash text not null,
    constraint migrations_pkey PRIMARY KEY (seq),
    constraint migrations_chain_hash_key UNIQUE (chain_hash),
    constraint migrations_module_number_key UNIQUE (module, number),
    constraint migrations_prev_hash_key UNIQUE (prev_hash),
    constraint migrations_chain_hash_check CHECK (((length(chain_hash) = 64) AND (chain_hash !~ '[^0-9a-f]'::text))),
    constraint migrations_kind_check CHECK ((kind = ANY (ARRAY['transaction'::text, 'statements'::text, 'baseline'::text]))),
    constraint migrations_lock_wait_ms_check CHECK ((lock_wait_ms >= 0)),
    constraint migrations_number_check CHECK ((number >= 0)),
    constraint migrations_prev_hash_check CHECK (((length(prev_hash) = 64) AND (prev_hash !~ '[^0-9a-f]'::text))),
    constraint migrations_seq_check CHECK ((seq > 0)),
    constraint migrations_sha256_check CHECK (((length(sha256) = 64) AND (sha256 !~ '[^0-9a-f]'::text))),
    constraint migrations_sha384_check CHECK (((length(sha384) = 96) AND (sha384 !~ '[^0-9a-f]'::text))),
    constraint migrations_statements_check CHECK ((statements >= 0)),
    constraint migrations_steps_hash_check CHECK (((length(steps_hash) = 64) AND (steps_hash !~ '[^0-9a-f]'::text)))
);

alter table daybook.migrations owner to daybook_owner;

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
