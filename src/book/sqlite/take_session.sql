insert into sessions (session_id, program, version, host, pid, role_name, started_at, ended_at, end_reason, ctx, end_ctx)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
on conflict (session_id) do update
   set ended_at = excluded.ended_at, end_reason = excluded.end_reason, end_ctx = excluded.end_ctx
 where ended_at is null and excluded.ended_at is not null
