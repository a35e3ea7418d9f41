-- daybook mirror: function jobs.fn_perform(p_job_id uuid, p_token uuid)

CREATE OR REPLACE FUNCTION jobs.fn_perform(p_job_id uuid, p_token uuid)
 RETURNS TABLE(outcome text, result jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_job jobs.jobs;
    v_handler jobs.handlers;
begin
    -- Locked until the transaction ends: nobody can take the job away while the handler runs, and if somebody has, it does not run.
    select * into v_job from jobs.jobs as j where j.job_id = p_job_id and j.token = p_token for update;
    if not found then
        outcome := case when exists (select from jobs.finished as f where f.job_id = p_job_id and f.token = p_token) then 'replayed' else 'fenced' end;
        return next;
        return;
    end if;
    select * into strict v_handler from jobs.handlers as h where h.handler = v_job.handler;
    if v_handler.kind <> 'function' then
        raise exception 'handler % is a %, which the worker runs', v_handler.handler, v_handler.kind
            using errcode = 'TB001', hint = 'Run it, and say what became of it with jobs.fn_finish().';
    end if;
    if jobs._handler_function(v_handler.what) is null then
        raise exception 'the function % of handler % is not there', quote_literal(v_handler.what), v_handler.handler
            using errcode = 'TB002', hint = 'Install it, or declare the handler anew with jobs.fn_declare_handler().';
    end if;

    -- Declared by the owner, and looked up as what it is: nothing of it comes from who enqueued.
    execute format('select %s($1, $2)', jobs._handler_function(v_handler.what)::regproc) into result using v_job.args, v_job.ctx;
    perform jobs._end(array[p_job_id], array[p_token], array['succeeded'], array[null::text]);
    outcome := 'created';
    return next;
end
$function$;

alter function jobs.fn_perform(p_job_id uuid, p_token uuid) owner to daybook_api;

comment on function jobs.fn_perform(p_job_id uuid, p_token uuid) is 'Calls the function of a claimed job and ends the job as succeeded, in one transaction: what it did to this database is done once, or not at all. An error of the function is the caller''s to report with jobs.fn_finish(). created with what the function returned; replayed when it was performed before; fenced when the job is not this claim''s any more, and then nothing was called. TB001 for a handler of another kind, TB002 for a function that is not there.';

revoke execute on function jobs.fn_perform(p_job_id uuid, p_token uuid) from public;
grant execute on function jobs.fn_perform(p_job_id uuid, p_token uuid) to daybook_owner;
grant execute on function jobs.fn_perform(p_job_id uuid, p_token uuid) to daybook_worker;
