-- daybook mirror: function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[])

CREATE OR REPLACE FUNCTION jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[])
 RETURNS TABLE(outcome text, job_id uuid, token uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET enable_memoize TO 'off'
 SET jit TO 'off'
AS $function$
#variable_conflict use_column
declare
    v_worker jobs.workers;
    v_stale uuid[];
begin
    perform util.require_id('p_worker_id', p_worker_id);
    select * into v_worker from jobs.workers as w where w.worker_id = p_worker_id for update;
    if not found then
        return query select 'fenced', null::uuid, t.token from unnest(p_tokens) as t (token);
        return;
    end if;

    -- A claim whose answer never reached the worker is in no list of its own. One that is on its way is younger than the last sign of life.
    select array_agg(c.token) into v_stale
      from jobs.claims as c
     where c.worker_id = p_worker_id and c.number >= v_worker.claims_from and c.token <> all (coalesce(p_tokens, '{}')) and c.claimed_at < v_worker.seen_at;
    if v_stale is not null then
        perform jobs._lose_claims(v_stale, 'lost', 'the worker does not know of it');
    end if;
    update jobs.workers as w
       set seen_at = clock_timestamp(),
           claims_from = coalesce((select c.number from jobs.claims as c where c.worker_id = p_worker_id and c.number >= v_worker.claims_from order by c.number limit 1),
                                  (select n.last_value from jobs.claim_numbers as n))
     where w.worker_id = p_worker_id;

    return query
        select case when j.job_id is null then 'fenced' else 'cancel' end, j.job_id, t.token
          from unnest(p_tokens) as t (token)
          left join lateral (select k.* from jobs.claims as k where k.token = t.token offset 0) as c on c.worker_id = p_worker_id
          left join lateral unnest(c.job_ids) as i (job_id) on true
          left join lateral (select l.job_id from jobs.jobs as l where l.job_id = i.job_id and l.token = t.token and l.cancelled_at is not null offset 0) as j on true
         where c.token is null or j.job_id is not null;
end
$function$;

alter function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[]) owner to daybook_api;

comment on function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[]) is 'A worker''s sign of life, every five seconds, with the tokens of all claims of which it still runs or holds jobs; what else it had claimed before the last one is put back. Answers what it has to stop: cancel, a job that somebody cancelled; fenced, everything of a token that is not its own any more because it was taken for silent. No rows: nothing to stop.';

revoke execute on function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[]) from public;
grant execute on function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[]) to daybook_owner;
grant execute on function jobs.fn_heartbeat(p_worker_id uuid, p_tokens uuid[]) to daybook_worker;
