-- daybook-lint: allow state-change-without-event until 2028-06-30: the queue is machinery; what jobs do to the book is in the log, and their history in jobs.finished
create or replace function jobs.fn_enqueue_many(
    p_job_ids uuid[], p_queue text, p_handler text, p_args jsonb[], p_priority integer default 5, p_run_at timestamptz default null,
    p_unique_keys text[] default null, p_max_attempts integer default 10, p_account_id uuid default null, p_ctx jsonb default null)
returns table (idx integer, outcome text, job_id uuid, conflict_field text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- The history is looked into by identity, however little is known of its newest day.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
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
$$;

comment on function jobs.fn_enqueue_many(uuid[], text, text, jsonb[], integer, timestamptz, text[], integer, uuid, jsonb) is
    'Puts many jobs that differ in identity, arguments and unique key into a queue, at most 10000; answers of each as jobs.fn_enqueue(), in the order of the arrays.';
