-- daybook mirror: function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb)

CREATE OR REPLACE FUNCTION ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, session_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_now constant timestamptz := clock_timestamp();
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_old ops.sessions;
begin
    session_id := util.require_id('p_session_id', p_session_id);
    perform util.require_text('p_program', p_program);
    perform util.require_text('p_version', p_version);
    perform util.require_text('p_host', p_host, 255);
    if p_pid is null then
        raise exception 'argument p_pid of session % is null', p_session_id
            using errcode = 'TB001', hint = 'Pass the process id of the program.';
    end if;

    insert into ops.sessions (session_id, program, version, host, pid, started_at, ctx)
    values (p_session_id, p_program, p_version, p_host, p_pid, v_now, v_ctx)
    on conflict on constraint sessions_pkey do nothing;

    if found then
        outcome := 'created';
        -- A session has two versions: it was opened, and it was closed.
        perform bus._emit_versioned('ops.session_opened', p_session_id::text, 1,
            jsonb_build_object('session_id', p_session_id, 'program', p_program, 'version', p_version, 'host', p_host, 'pid', p_pid),
            v_now, null, null, v_ctx);
        return next;
        return;
    end if;

    select * into strict v_old from ops.sessions as s where s.session_id = p_session_id;
    conflict_field := case
        when v_old.program <> p_program then 'program'
        when v_old.version <> p_version then 'version'
        when v_old.host <> p_host then 'host'
        when v_old.pid <> p_pid then 'pid'
    end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) owner to daybook_api;

comment on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) is 'Stamps the start of a run of a program; what it writes from then on names the session in its context. created, replayed, or conflict naming the field that differs.';

revoke execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) from public;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_agent;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_app;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_bot;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_data_writer;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_executor;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_manager;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_owner;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_relay;
grant execute on function ops.fn_open_session(p_session_id uuid, p_program text, p_version text, p_host text, p_pid integer, p_ctx jsonb) to daybook_risk;
