-- daybook mirror: function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, session_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_now constant timestamptz := clock_timestamp();
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_reason text;
begin
    session_id := util.require_id('p_session_id', p_session_id);
    perform util.require_text('p_reason', p_reason);

    -- Two closers at once: the second waits here for the first and then finds the session ended.
    update ops.sessions as s
       set ended_at = v_now, end_reason = p_reason, end_ctx = v_ctx
     where s.session_id = p_session_id and s.ended_at is null;

    if found then
        outcome := 'created';
        perform bus._emit_versioned('ops.session_closed', p_session_id::text, 2,
            jsonb_build_object('session_id', p_session_id, 'reason', p_reason), v_now, null, null, v_ctx);
        return next;
        return;
    end if;

    select s.end_reason into v_reason from ops.sessions as s where s.session_id = p_session_id;
    if not found then
        raise exception 'argument p_session_id is %, and there is no such session', p_session_id
            using errcode = 'TB002', hint = 'Open the session first with ops.fn_open_session().';
    end if;
    conflict_field := case when v_reason <> p_reason then 'reason' end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) is 'Stamps the end of a run of a program. created, replayed, or conflict when it was closed with another reason; TB002 if it was never opened.';

revoke execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) from public;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_agent;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_app;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_bot;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_data_writer;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_executor;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_owner;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_relay;
grant execute on function ops.fn_close_session(p_session_id uuid, p_reason text, p_ctx jsonb) to daybook_risk;
