-- daybook mirror: table audit.seals

create table audit.seals (
    seal_no bigint not null,
    log smallint not null,
    after_seq bigint not null,
    last_seq bigint not null,
    audit_rows bigint not null,
    epoch integer not null,
    seen pg_snapshot not null,
    xid xid8 default pg_current_xact_id() not null,
    hash bytea not null,
    sealed_at timestamp with time zone default clock_timestamp() not null,
    constraint seals_pkey PRIMARY KEY (seal_no),
    constraint seals_audit_rows_not_negative CHECK ((audit_rows >= 0)),
    constraint seals_hash_length CHECK ((length(hash) = 32)),
    constraint seals_no_positive CHECK ((seal_no > 0)),
    constraint seals_of_something CHECK (((last_seq > after_seq) OR (audit_rows > 0))),
    constraint seals_range CHECK (((last_seq >= after_seq) AND (after_seq >= 0)))
);

alter table audit.seals owner to daybook_owner;

comment on table audit.seals is 'A chain of hashes over the log and the audit log, made after the fact, so that writing waits for nothing.';
comment on column audit.seals.seal_no is '1, 2, 3 … without gaps.';
comment on column audit.seals.after_seq is 'The last place of the seal before: this one covers the places after it, up to last_seq.';
comment on column audit.seals.epoch is 'Epoch of the log when it was sealed.';
comment on column audit.seals.seen is 'The snapshot of the seal: rows of the audit log that it shows are in this seal or an earlier one.';
comment on column audit.seals.xid is 'The transaction that sealed, which its own snapshot does not mention: what it wrote afterwards is looked for too.';
comment on column audit.seals.hash is 'SHA-256 of: the hash before (32 zero bytes for the first), seal_no, after_seq and last_seq (8 bytes each, big-endian), the hash of the hashes of the events in order, and the hash of those of the rows of the audit log in order.';

grant select, insert on audit.seals to daybook_api;
grant select on audit.seals to daybook_audit;
grant select on audit.seals to daybook_monitor;
grant select on audit.seals to daybook_relay;
