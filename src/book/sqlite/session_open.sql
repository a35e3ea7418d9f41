insert into sessions (session_id, program, version, host, pid, role_name, started_at, ctx) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
