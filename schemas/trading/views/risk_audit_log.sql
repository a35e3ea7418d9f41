-- daybook mirror: view trading.risk_audit_log
-- needs: audit/tables/audit_log.sql

create view trading.risk_audit_log as
 SELECT l.at,
    l.action,
    l.subject_id AS halt_id,
    l.account_id,
    (l.detail ->> 'scope'::text) AS scope,
    (l.detail ->> 'actor'::text) AS actor,
    (l.detail ->> 'reason'::text) AS reason,
    l.session_role,
    l.ctx
   FROM audit.audit_log l
  WHERE (l.subject_type = 'halt'::text);

alter view trading.risk_audit_log owner to daybook_api;

comment on view trading.risk_audit_log is 'Who halted and resumed what, and why: those rows of the audit log.';

grant select on trading.risk_audit_log to daybook_lab_reader;
grant select on trading.risk_audit_log to daybook_risk;
