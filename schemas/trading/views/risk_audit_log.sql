-- daybook mirror: view trading.risk_audit_log
-- needs: audit/tables/audit_log.sql

create view trading.risk_audit_log as
 SELECT l.at,
    l.action,
    l.subject_type,
    l.subject_id,
    l.account_id,
    (l.detail ->> 'scope'::text) AS scope,
    (l.detail ->> 'kind'::text) AS kind,
    (l.detail ->> 'actor'::text) AS actor,
    (l.detail ->> 'reason'::text) AS reason,
    l.outcome,
    l.session_role,
    l.ctx
   FROM audit.audit_log l
  WHERE (l.subject_type = ANY (ARRAY['halt'::text, 'cap'::text, 'command'::text]));

alter view trading.risk_audit_log owner to daybook_api;

comment on view trading.risk_audit_log is 'Who halted and resumed what, set caps, commanded bots, who obeyed, and why: those rows of the audit log.';

grant select on trading.risk_audit_log to daybook_lab_reader;
grant select on trading.risk_audit_log to daybook_risk;
