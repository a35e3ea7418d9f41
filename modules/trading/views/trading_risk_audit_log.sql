create or replace view trading.risk_audit_log as
select l.at, l.action, l.subject_type, l.subject_id, l.account_id, l.detail ->> 'scope' as scope, l.detail ->> 'kind' as kind,
       l.detail ->> 'actor' as actor, l.detail ->> 'reason' as reason, l.outcome, l.session_role, l.ctx
  from audit.audit_log as l
 where l.subject_type in ('halt', 'cap', 'command');

comment on view trading.risk_audit_log is
    'Who halted and resumed what, set caps, commanded bots, who obeyed, and why: those rows of the audit log.';
