insert into audit_log (at, action, subject_type, subject_id, account_id, outcome, code, detail, session_role, ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
