-- daybook mirror: table audit.audit_log

create table audit.audit_log (
    audit_id bigint generated always as identity not null,
    at timestamp with time zone default clock_timestamp() not null,
    xid xid8 default pg_current_xact_id() not null,
    action text not null,
    subject_type text not null,
    subject_id text not null,
    account_id uuid,
    outcome text not null,
    code text,
    detail jsonb,
    session_role name default SESSION_USER not null,
    ctx jsonb,
    constraint audit_log_pkey PRIMARY KEY (audit_id)
);

alter table audit.audit_log owner to daybook_owner;

CREATE INDEX audit_log_account_idx ON audit.audit_log USING btree (account_id, audit_id) WHERE (account_id IS NOT NULL);
CREATE INDEX audit_log_subject_idx ON audit.audit_log USING btree (subject_type, subject_id);
CREATE INDEX audit_log_xid_idx ON audit.audit_log USING btree (xid);

comment on table audit.audit_log is 'Who asked for what and what was answered, append-only by grant. audit_id orders rows roughly; it has gaps and is not commit order.';
comment on column audit.audit_log.xid is 'Transaction that wrote the row; its domain events carry the same number.';
comment on column audit.audit_log.action is 'What was asked for, as schema.verb_noun.';
comment on column audit.audit_log.subject_id is 'Identity of the thing acted on, as text.';
comment on column audit.audit_log.outcome is 'created, replayed, conflict or refused.';
comment on column audit.audit_log.code is 'Refusal code or differing field, where there is one.';
comment on column audit.audit_log.session_role is 'The database role that was logged in. Not named session_user: that word is reserved and would read the reader.';

grant select, insert on audit.audit_log to daybook_api;
grant select on audit.audit_log to daybook_audit;
