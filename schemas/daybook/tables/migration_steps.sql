-- daybook mirror: table daybook.migration_steps

create table daybook.migration_steps (
    seq bigint not null,
    module text not null,
    number bigint not null,
    statement integer not null,
    event text not null,
    sha256 text not null,
    happened_at timestamp with time zone not null,
    applied_by name not null,
    detail text,
    prev_hash text not null,
    chain_hash text not null,
    constraint migration_steps_pkey PRIMARY KEY (seq),
    constraint migration_steps_chain_hash_key UNIQUE (chain_hash),
    constraint migration_steps_prev_hash_key UNIQUE (prev_hash),
    constraint migration_steps_chain_hash_check CHECK (((length(chain_hash) = 64) AND (chain_hash !~ '[^0-9a-f]'::text))),
    constraint migration_steps_event_check CHECK ((event = ANY (ARRAY['started'::text, 'done'::text, 'failed'::text]))),
    constraint migration_steps_number_check CHECK ((number >= 0)),
    constraint migration_steps_prev_hash_check CHECK (((length(prev_hash) = 64) AND (prev_hash !~ '[^0-9a-f]'::text))),
    constraint migration_steps_seq_check CHECK ((seq > 0)),
    constraint migration_steps_sha256_check CHECK (((length(sha256) = 64) AND (sha256 !~ '[^0-9a-f]'::text))),
    constraint migration_steps_statement_check CHECK ((statement > 0))
);

alter table daybook.migration_steps owner to daybook_owner;

CREATE INDEX migration_steps_migration ON daybook.migration_steps USING btree (module, number);

comment on table daybook.migration_steps is 'How far a migration came whose statements cannot share a transaction: what makes it resumable at the statement that failed. Insert-only, and a chain as daybook.migrations is.';
comment on column daybook.migration_steps.statement is 'Counted from 1 in the file.';
comment on column daybook.migration_steps.event is 'A statement that can have a transaction is done in the one that records it; any other is started before and done or failed after.';
comment on column daybook.migration_steps.sha256 is 'Of the text of the statement.';
comment on column daybook.migration_steps.detail is 'SQLSTATE and message of a failure.';

revoke update, delete, truncate on daybook.migration_steps from daybook_owner;
grant select on daybook.migration_steps to daybook_drift_reader;
grant select on daybook.migration_steps to daybook_migrator;
grant select on daybook.migration_steps to daybook_monitor;

-- Once everything else exists:

alter table only daybook.migration_steps add constraint migration_steps_module_fkey FOREIGN KEY (module) REFERENCES daybook.modules(module) ON DELETE RESTRICT;
CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON daybook.migration_steps FOR EACH ROW EXECUTE FUNCTION daybook._refuse_change();
alter table only daybook.migration_steps enable always trigger refuse_change;
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON daybook.migration_steps FOR EACH STATEMENT EXECUTE FUNCTION daybook._refuse_change();
alter table only daybook.migration_steps enable always trigger refuse_truncate;
