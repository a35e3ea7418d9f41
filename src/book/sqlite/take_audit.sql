insert into audit_log (at, action, subject_type, subject_id, account_id, outcome, code, detail, session_role, ctx)
select ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
 where ?12 > (select count(*)
                from audit_log as l
               where l.subject_type = ?4 and l.subject_id = ?5 and l.account_id is ?6 and l.at = ?2 and l.action = ?3 and l.outcome = ?7
                 and l.code is ?8)
