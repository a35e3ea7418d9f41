-- daybook mirror: function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb DEFAULT '{}'::jsonb, p_priority integer DEFAULT 5, p_run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_unique_key text DEFAULT NULL::text, p_max_attempts integer DEFAULT 10, p_account_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, job_id uuid, conflict_field text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    perform util.require_id('p_job_id', p_job_id);
    perform jobs._check_enqueue(p_queue, p_handler, p_priority, p_max_attempts, p_account_id);
    perform util.require_text('p_unique_key', p_unique_key, 200, false);
    if jsonb_typeof(p_args) is distinct from 'object' then
        raise exception 'argument p_args of job % is %', p_job_id, coalesce(left(p_args::text, 100), 'null')
            using errcode = 'TB001', hint = 'Pass a JSON object.';
    end if;

    return query
        select e.outcome, e.job_id, e.conflict_field
          from jobs._enqueue(array[p_job_id], p_queue, p_handler, array[p_args], p_priority, p_run_at, array[p_unique_key], p_max_attempts, p_account_id,
                             v_ctx) as e;
end
$function$;

alter function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) is 'Puts a job into a queue, in the caller''s transaction: it is there when that commits, and not otherwise. created; replayed when it is there already, also when it has ended since, or when another job that has not ended holds the same unique key and asks for the same (job_id says which); conflict with the first field in which that one differs. TB001 for a malformed argument, TB002 for an unknown queue or handler, 42501 without the right to trade for the account.';

revoke execute on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) from public;
grant execute on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_agent;
grant execute on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_app;
grant execute on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function jobs.fn_enqueue(p_job_id uuid, p_queue text, p_handler text, p_args jsonb, p_priority integer, p_run_at timestamp with time zone, p_unique_key text, p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_owner;
