create or replace view trading.risk_audit_log as
select l.at, l.action, l.subject_id as halt_id, l.account_id, l.detail ->> 'scope' as scope, l.detail ->> 'actor' as actor,
       l.detail ->> 'reason' as reason, l.session_role, l.ctx
  from audit.audit_log as l
 where l.subject_type = 'halt';

comment on view trading.risk_audit_log is
    'Who halted and resumed what, and why: those rows of the audit log.';
