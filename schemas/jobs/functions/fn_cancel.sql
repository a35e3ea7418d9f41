-- daybook mirror: function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, refusal_code text, running boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_job jobs.jobs;
    v_ended text;
begin
    perform util.require_id('p_job_id', p_job_id);
    perform util.require_text('p_reason', p_reason, 1000);
    select * into v_job from jobs.jobs as j where j.job_id = p_job_id for update;
    if not found then
        select f.outcome into v_ended from jobs.finished as f where f.job_id = p_job_id order by f.finished_at desc limit 1;
        if v_ended is null then
            raise exception 'argument p_job_id is %, and there is no such job', p_job_id
                using errcode = 'TB002', hint = 'The history of jobs is kept for as many days as the setting jobs.finished_keep_days says.';
        end if;
        outcome := case v_ended when 'cancelled' then 'replayed' else 'refused' end;
        refusal_code := case when v_ended <> 'cancelled' then v_ended end;
        running := false;
        return next;
        return;
    end if;
    if v_job.account_id is not null then
        perform settings.require_account(v_job.account_id, 'trade');
    end if;

    running := v_job.token is not null;
    outcome := case when v_job.cancelled_at is null then 'created' else 'replayed' end;
    if outcome = 'created' then
        if running then
            update jobs.jobs as j set cancelled_at = clock_timestamp() where j.job_id = p_job_id;
        else
            perform jobs._end(array[p_job_id], array[null::uuid], array['cancelled'], array[p_reason]);
        end if;
        perform bus.fn_emit_domain_event('jobs.job_cancelled', p_job_id::text,
            jsonb_build_object('job_id', p_job_id, 'queue', v_job.queue, 'handler', v_job.handler, 'running', running, 'reason', p_reason),
            null, null, v_job.account_id, v_ctx);
    end if;
    return next;
end
$function$;

alter function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb) is 'Cancels a job. One that is not running is ended at once; the worker of one that is running is asked to stop it with its next sign of life, and whatever else it reports than success, the job ends as cancelled. created, replayed when it was cancelled before, refused with how it has ended (succeeded, dead). TB002 for an unknown job, 42501 without the right to trade for its account.';

revoke execute on function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb) from public;
grant execute on function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb) to daybook_manager;
grant execute on function jobs.fn_cancel(p_job_id uuid, p_reason text, p_ctx jsonb) to daybook_owner;
