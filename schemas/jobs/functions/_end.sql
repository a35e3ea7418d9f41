-- daybook mirror: function jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[])

CREATE OR REPLACE FUNCTION jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
    v_ended bigint[];
    v_limited text[];
    v_dead jsonb[];
    v_each jsonb;
begin
    with gone as (
        delete from jobs.jobs as j
         using (select a.*, f.ctid as found
                  from unnest(p_job_ids, p_tokens, p_outcomes, p_errors) with ordinality as a (job_id, token, outcome, error, idx)
                 cross join lateral (select i.ctid from jobs.jobs as i where i.job_id = a.job_id offset 0) as f
                 where a.outcome in ('succeeded', 'dead', 'cancelled')) as g
         where j.ctid = g.found and j.token is not distinct from g.token
        returning g.idx, g.outcome, g.error, j.*
    ), kept as (
        insert into jobs.finished (finished_at, job_id, outcome, queue, priority, handler, args, run_at, unique_key, max_attempts, attempts, error, enqueued_at,
                                   started_at, worker, token, account_id, ctx)
        select clock_timestamp(), g.job_id, g.outcome, g.queue, g.priority, g.handler, g.args, g.run_at, g.unique_key, g.max_attempts, g.attempts, g.error,
               g.enqueued_at, g.started_at, g.worker, g.token, g.account_id, g.ctx
          from gone as g
    )
    select array_agg(g.idx), array_agg(g.queue) filter (where g.limited), array_agg(to_jsonb(g)) filter (where g.outcome = 'dead')
      into v_ended, v_limited, v_dead
      from gone as g;

    foreach v_each in array coalesce(v_dead, '{}') loop
        perform bus.fn_emit_domain_event('jobs.job_died', v_each ->> 'job_id',
            jsonb_strip_nulls(jsonb_build_object('job_id', v_each -> 'job_id', 'queue', v_each -> 'queue', 'handler', v_each -> 'handler',
                                                 'attempts', v_each -> 'attempts', 'error', left(v_each ->> 'error', 1000))),
            null, null, (v_each ->> 'account_id')::uuid, nullif(v_each -> 'ctx', 'null'));
    end loop;
    if v_limited is not null then
        perform jobs._leave_queues(v_limited);
    end if;
    return coalesce(v_ended, '{}');
end
$function$;

alter function jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[]) owner to daybook_api;

comment on function jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[]) is 'Moves those jobs to the history whose outcome is an end, and which run under their token or, where that is null, do not run; answers their places in the arrays. An event for each that died.';

revoke execute on function jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[]) from public;
grant execute on function jobs._end(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[]) to daybook_owner;
