-- daybook-lint: allow state-change-without-event until 2028-06-30: the queue is machinery; what jobs do to the book is in the log, and their history in jobs.finished
create or replace function jobs.fn_enqueue(
    p_job_id uuid, p_queue text, p_handler text, p_args jsonb default '{}', p_priority integer default 5, p_run_at timestamptz default null,
    p_unique_key text default null, p_max_attempts integer default 10, p_account_id uuid default null, p_ctx jsonb default null)
returns table (outcome text, job_id uuid, conflict_field text)
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
$$;

comment on function jobs.fn_enqueue(uuid, text, text, jsonb, integer, timestamptz, text, integer, uuid, jsonb) is
    'Puts a job into a queue, in the caller''s transaction: it is there when that commits, and not otherwise. created; replayed when it is there already, also when it '
    'has ended since, or when another job that has not ended holds the same unique key and asks for the same (job_id says which); conflict with the first field in which '
    'that one differs. TB001 for a malformed argument, TB002 for an unknown queue or handler, 42501 without the right to trade for the account.';
