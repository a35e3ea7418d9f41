-- The audit log says who asked for what and what the answer was. Seals over it are rows of their own, made elsewhere and
-- later, so that writing here never waits for a chain of hashes.

create schema if not exists audit;
comment on schema audit is
    'Append-only record of decisions: refusals, conflicts, grants and other acts that must be answerable.';

create table audit.audit_log (
    audit_id     bigint      not null generated always as identity,
    at           timestamptz not null default clock_timestamp(),
    xid          xid8        not null default pg_current_xact_id(),
    action       text        not null,
    subject_type text        not null,
    subject_id   text        not null,
    account_id   uuid,
    outcome      text        not null,
    code         text,
    detail       jsonb,
    session_role name        not null default session_user,
    ctx          jsonb,
    constraint audit_log_pkey primary key (audit_id)
);
comment on table audit.audit_log is
    'Who asked for what and what was answered, append-only by grant. audit_id orders rows roughly; it has gaps and is '
    'not commit order.';
comment on column audit.audit_log.xid is 'Transaction that wrote the row; its domain events carry the same number.';
comment on column audit.audit_log.action is 'What was asked for, as schema.verb_noun.';
comment on column audit.audit_log.subject_id is 'Identity of the thing acted on, as text.';
comment on column audit.audit_log.outcome is 'created, replayed, conflict or refused.';
comment on column audit.audit_log.code is 'Refusal code or differing field, where there is one.';
comment on column audit.audit_log.session_role is
    'The database role that was logged in. Not named session_user: that word is reserved and would read the reader.';

create index audit_log_account_idx on audit.audit_log (account_id, audit_id) where account_id is not null;
create index audit_log_subject_idx on audit.audit_log (subject_type, subject_id);
create index audit_log_xid_idx on audit.audit_log (xid);
