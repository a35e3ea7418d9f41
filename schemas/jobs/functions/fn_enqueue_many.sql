-- daybook mirror: function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer DEFAULT 5, p_run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, p_unique_keys text[] DEFAULT NULL::text[], p_max_attempts integer DEFAULT 10, p_account_id uuid DEFAULT NULL::uuid, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(idx integer, outcome text, job_id uuid, conflict_field text)
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
    v_keys constant text[] := coalesce(p_unique_keys, array_fill(null::text, array[coalesce(cardinality(p_job_ids), 0)]));
begin
    perform jobs._check_enqueue(p_queue, p_handler, p_priority, p_max_attempts, p_account_id);
    if p_job_ids is null or cardinality(p_job_ids) not between 1 and 10000 or array_position(p_job_ids, null) is not null then
        raise exception 'argument p_job_ids has % ids', coalesce(cardinality(p_job_ids)::text, 'no')
            using errcode = 'TB001', hint = 'Pass 1 to 10000 ids, none of them null.';
    end if;
    if cardinality(p_args) is distinct from cardinality(p_job_ids) or cardinality(v_keys) <> cardinality(p_job_ids) then
        raise exception 'arguments p_job_ids, p_args and p_unique_keys are of different lengths'
            using errcode = 'TB001', hint = 'Pass an element of each for every job; p_unique_keys may be null as a whole.';
    end if;
    if exists (select from unnest(p_args) as a (args) where jsonb_typeof(a.args) is distinct from 'object') then
        raise exception 'argument p_args contains what is not a JSON object'
            using errcode = 'TB001', hint = 'Pass a JSON object for every job.';
    end if;
    perform util.require_text('p_unique_keys', k.key, 200, false) from unnest(v_keys) as k (key) where k.key is not null;

    return query
        select * from jobs._enqueue(p_job_ids, p_queue, p_handler, p_args, p_priority, p_run_at, v_keys, p_max_attempts, p_account_id, v_ctx);
end
$function$;

alter function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) is 'Puts many jobs that differ in identity, arguments and unique key into a queue, at most 10000; answers of each as jobs.fn_enqueue(), in the order of the arrays.';

revoke execute on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) from public;
grant execute on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_agent;
grant execute on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_app;
grant execute on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_manager;
grant execute on function jobs.fn_enqueue_many(p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer, p_run_at timestamp with time zone, p_unique_keys text[], p_max_attempts integer, p_account_id uuid, p_ctx jsonb) to daybook_owner;
