-- daybook mirror: function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, run_id uuid, status text, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_version bigint;
begin
    perform settings.require_account(p_account_id, 'trade');
    perform util.require_id('p_run_id', p_run_id);
    perform trading._require_choice('p_status', p_status, array['finished', 'failed', 'interrupted']);

    run_id := p_run_id;
    update trading.runs as r
       set status = p_status, finished_at = clock_timestamp(), finish_ctx = v_ctx, version = r.version + 1
     where r.account_id = p_account_id and r.run_id = p_run_id and r.status = 'running'
    returning r.version into v_version;

    if found then
        outcome := 'created';
        status := p_status;
        perform bus._emit_versioned('trading.run_finished', p_run_id::text, v_version,
            jsonb_build_object('run_id', p_run_id, 'status', p_status), null, null, p_account_id, v_ctx);
        return next;
        return;
    end if;

    select r.status into status from trading.runs as r where r.account_id = p_account_id and r.run_id = p_run_id;
    if not found then
        raise exception 'argument p_run_id is %, which is no run of account %', p_run_id, p_account_id
            using errcode = 'TB002', hint = 'Start the run first with trading.fn_start_run().';
    end if;
    conflict_field := case when status <> p_status then 'status' end;
    outcome := case when conflict_field is null then 'replayed' else 'conflict' end;
    return next;
end
$function$;

alter function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb) is 'Ends a run as finished, failed or interrupted. A run ends once: another status afterwards is a conflict.';

revoke execute on function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb) from public;
grant execute on function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_finish_run(p_account_id uuid, p_run_id uuid, p_status text, p_ctx jsonb) to daybook_owner;
