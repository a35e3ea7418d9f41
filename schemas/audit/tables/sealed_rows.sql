-- daybook mirror: table audit.sealed_rows

create table audit.sealed_rows (
    audit_id bigint not null,
    seal_no bigint not null,
    hash bytea not null,
    constraint sealed_rows_pkey PRIMARY KEY (audit_id),
    constraint sealed_rows_hash_length CHECK ((length(hash) = 32))
);

alter table audit.sealed_rows owner to daybook_owner;

CREATE INDEX sealed_rows_seal_idx ON audit.sealed_rows USING btree (seal_no, audit_id);

comment on table audit.sealed_rows is 'Which row of the audit log is in which seal, and its hash then, so that a row that was changed can be named.';

grant select, insert on audit.sealed_rows to daybook_api;
grant select on audit.sealed_rows to daybook_audit;

-- Once everything else exists:

alter table only audit.sealed_rows add constraint sealed_rows_seal_fkey FOREIGN KEY (seal_no) REFERENCES audit.seals(seal_no) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
