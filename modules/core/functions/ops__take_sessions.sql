create or replace function ops._take_sessions(p_rows json) returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_taken bigint;
begin
    insert into ops.sessions as s (session_id, program, version, host, pid, role_name, started_at, ended_at, end_reason, ctx, end_ctx)
    select r.session_id, r.program, r.version, r.host, r.pid, r.role_name, r.started_at, r.ended_at, r.end_reason, r.ctx, r.end_ctx
      from json_populate_recordset(null::ops.sessions, p_rows) as r
    on conflict on constraint sessions_pkey do update
        set ended_at = excluded.ended_at, end_reason = excluded.end_reason, end_ctx = excluded.end_ctx
        where s.ended_at is null and excluded.ended_at is not null;
    get diagnostics v_taken = row_count;
    return v_taken;
end
$$;

comment on function ops._take_sessions(json) is
    'Takes over sessions that another place opened, as they are. Returns how many are new or have ended since. The caller emits the event.';
