-- daybook mirror: function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb)

CREATE OR REPLACE FUNCTION jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
    select jsonb_build_object('actor', 'job ' || p_handler, 'correlation', p_job_id) || coalesce(p_ctx, '{}') || jsonb_build_object('cause', p_job_id)
$function$;

alter function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb) owner to daybook_api;

comment on function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb) is 'The context of what a job does: that of who enqueued it, if there is one, with the job as its cause. Handlers pass it on.';

revoke execute on function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb) from public;
grant execute on function jobs._context(p_job_id uuid, p_handler text, p_ctx jsonb) to daybook_owner;
