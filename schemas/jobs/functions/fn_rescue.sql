-- daybook mirror: function jobs.fn_rescue(p_silence interval)

CREATE OR REPLACE FUNCTION jobs.fn_rescue(p_silence interval DEFAULT '00:00:30'::interval)
 RETURNS TABLE(outcome text, worker text, job_id uuid, fate text)
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
    v_silent record;
begin
    if p_silence is null or p_silence < interval '0' then
        raise exception 'argument p_silence is %', coalesce(p_silence::text, 'null')
            using errcode = 'TB001', hint = 'Pass how long a worker may be silent; it reports every five seconds.';
    end if;
    for v_silent in
        select w.worker_id, w.worker, w.seen_at, w.claims_from
          from jobs.workers as w
         where w.seen_at <= clock_timestamp() - p_silence
         order by w.worker_id
           for update skip locked
    loop
        return query
            select 'created', v_silent.worker, l.job_id, l.fate
              from jobs._lose_claims(array(select c.token from jobs.claims as c where c.worker_id = v_silent.worker_id and c.number >= v_silent.claims_from), 'lost',
                                     format('worker %s has been silent since %s', v_silent.worker, v_silent.seen_at)) as l;
        delete from jobs.workers as w
         where w.worker_id = v_silent.worker_id
           and not exists (select from jobs.claims as c where c.worker_id = w.worker_id and c.number >= v_silent.claims_from);
    end loop;
end
$function$;

alter function jobs.fn_rescue(p_silence interval) owner to daybook_api;

comment on function jobs.fn_rescue(p_silence interval) is 'Takes jobs away from workers that have been silent for so long, and strikes them off. Of each job its fate: lost, it is ready again; dead when that was its last attempt; cancelled when that was asked for. What such a worker still finishes is fenced. Safe to call by many at once. TB001 for a negative time.';

revoke execute on function jobs.fn_rescue(p_silence interval) from public;
grant execute on function jobs.fn_rescue(p_silence interval) to daybook_owner;
grant execute on function jobs.fn_rescue(p_silence interval) to daybook_worker;
