create or replace function jobs.fn_retry(p_job_id uuid, p_reason text, p_ctx jsonb default null)
returns table (outcome text, refusal_code text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_ended jobs.finished;
begin
    perform util.require_id('p_job_id', p_job_id);
    perform util.require_text('p_reason', p_reason, 1000);
    -- Before the job is looked for, so that of two callers the second one finds what the first one did.
    perform pg_advisory_xact_lock(hashtextextended('jobs.fn_retry ' || p_job_id, 0));
    if exists (select from jobs.jobs as j where j.job_id = p_job_id) then
        outcome := 'replayed';
        return next;
        return;
    end if;
    select * into v_ended from jobs.finished as f where f.job_id = p_job_id order by f.finished_at desc limit 1;
    if not found then
        raise exception 'argument p_job_id is %, and there is no such job', p_job_id
            using errcode = 'TB002', hint = 'The history of jobs is kept for as many days as the setting jobs.finished_keep_days says.';
    end if;
    if v_ended.account_id is not null then
        perform settings.require_account(v_ended.account_id, 'trade');
    end if;
    refusal_code := case when v_ended.outcome = 'succeeded' then 'succeeded' end;
    if refusal_code is null then
        perform pg_current_xact_id();
        insert into jobs.jobs (job_id, queue, priority, place, due_at, handler, args, run_at, unique_key, max_attempts, enqueued_at, account_id, ctx)
        values (v_ended.job_id, v_ended.queue, v_ended.priority, nextval('jobs.places'), clock_timestamp(), v_ended.handler, v_ended.args, v_ended.run_at,
                v_ended.unique_key, v_ended.max_attempts, v_ended.enqueued_at, v_ended.account_id, v_ended.ctx)
        on conflict do nothing;
        if found then
            outcome := 'created';
            perform jobs._wake_workers();
            perform bus.fn_emit_domain_event('jobs.job_retried', p_job_id::text,
                jsonb_build_object('job_id', p_job_id, 'queue', v_ended.queue, 'handler', v_ended.handler, 'reason', p_reason),
                null, null, v_ended.account_id, v_ctx);
            return next;
            return;
        end if;
        refusal_code := 'unique_key';
    end if;
    outcome := 'refused';
    return next;
end
$$;

comment on function jobs.fn_retry(uuid, text, jsonb) is
    'Puts a job that died or was cancelled back into its queue, with all its attempts. created; replayed when it is in the queue; refused when it has succeeded, or when another '
    'job that has not ended holds its unique key. TB002 for an unknown job, 42501 without the right to trade for its account.';
