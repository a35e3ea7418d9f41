-- daybook-lint: allow state-change-without-event until 2028-06-30: the queue is machinery; what jobs do to the book is in the log, and their history in jobs.finished
create or replace function jobs.fn_rescue(p_silence interval default '30 seconds')
returns table (outcome text, worker text, job_id uuid, fate text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set jit = off
as $$
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
$$;

comment on function jobs.fn_rescue(interval) is
    'Takes jobs away from workers that have been silent for so long, and strikes them off. Of each job its fate: lost, it is ready again; dead when that was its last attempt; cancelled '
    'when that was asked for. What such a worker still finishes is fenced. Safe to call by many at once. TB001 for a negative time.';
