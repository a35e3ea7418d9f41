-- Seals over what was recorded. Each covers the next places of the log, the rows of the audit log that appeared since the
-- one before, and the hash of the one before; so whoever changes or removes a row later has to change every seal after it,
-- and a hash that was published outside tells even that.

create table audit.seals (
    seal_no    bigint      not null,
    log        smallint    not null,
    after_seq  bigint      not null,
    last_seq   bigint      not null,
    audit_rows bigint      not null,
    epoch      integer     not null,
    seen       pg_snapshot not null,
    xid        xid8        not null default pg_current_xact_id(),
    hash       bytea       not null,
    sealed_at  timestamptz not null default clock_timestamp(),
    constraint seals_pkey primary key (seal_no),
    constraint seals_no_positive check (seal_no > 0),
    constraint seals_range check (last_seq >= after_seq and after_seq >= 0),
    constraint seals_audit_rows_not_negative check (audit_rows >= 0),
    constraint seals_of_something check (last_seq > after_seq or audit_rows > 0),
    constraint seals_hash_length check (length(hash) = 32)
);
comment on table audit.seals is 'A chain of hashes over the log and the audit log, made after the fact, so that writing waits for nothing.';
comment on column audit.seals.seal_no is '1, 2, 3 … without gaps.';
comment on column audit.seals.after_seq is 'The last place of the seal before: this one covers the places after it, up to last_seq.';
comment on column audit.seals.epoch is 'Epoch of the log when it was sealed.';
comment on column audit.seals.seen is 'The snapshot of the seal: rows of the audit log that it shows are in this seal or an earlier one.';
comment on column audit.seals.xid is
    'The transaction that sealed, which its own snapshot does not mention: what it wrote afterwards is looked for too.';
comment on column audit.seals.hash is
    'SHA-256 of: the hash before (32 zero bytes for the first), seal_no, after_seq and last_seq (8 bytes each, big-endian), the hash of the hashes of the events in '
    'order, and the hash of those of the rows of the audit log in order.';

create table audit.sealed_rows (
    audit_id bigint not null,
    seal_no  bigint not null,
    hash     bytea  not null,
    constraint sealed_rows_pkey primary key (audit_id),
    constraint sealed_rows_seal_fkey foreign key (seal_no) references audit.seals (seal_no) on delete restrict
        deferrable initially deferred,
    constraint sealed_rows_hash_length check (length(hash) = 32)
);
comment on table audit.sealed_rows is 'Which row of the audit log is in which seal, and its hash then, so that a row that was changed can be named.';
create index sealed_rows_seal_idx on audit.sealed_rows (seal_no, audit_id);
