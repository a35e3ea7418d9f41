-- daybook-lint: allow function-search-path until 2028-06-30: inlined into the statements that call it; its callers fix it
-- Not immutable, as jsonb_build_object() is not: it would not be inlined then.
create or replace function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb) returns jsonb
language sql stable parallel safe
as $$
    select jsonb_build_object('actor', 'job ' || p_handler, 'correlation', p_job_id) || coalesce(p_ctx, '{}') || jsonb_build_object('cause', p_job_id)
$$;

comment on function jobs._context(uuid, text, jsonb) is
    'The context of what a job does: that of who enqueued it, if there is one, with the job as its cause. Handlers pass it on.';
