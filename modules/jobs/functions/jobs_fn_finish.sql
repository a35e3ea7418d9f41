-- daybook-lint: allow state-change-without-event until 2028-06-30: the queue is machinery; what jobs do to the book is in the log, and their history in jobs.finished
create or replace function jobs.fn_finish(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[])
returns table (idx integer, outcome text, job_id uuid, fate text, due_at timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- Statistics of a table that is full now and empty the next minute lead astray; there is one good way to each row.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set jit = off
as $$
#variable_conflict use_column
declare
    c_count constant integer := cardinality(p_job_ids);
    v_fates text[] := p_outcomes;
    v_done bigint[];
    v_back record;
begin
    if c_count is null or c_count not between 1 and 10000 or cardinality(p_tokens) is distinct from c_count
       or cardinality(p_outcomes) is distinct from c_count or cardinality(p_errors) is distinct from c_count
    then
        raise exception 'arguments p_job_ids, p_tokens, p_outcomes and p_errors have %, %, % and % elements', c_count, cardinality(p_tokens),
                cardinality(p_outcomes), cardinality(p_errors)
            using errcode = 'TB001', hint = 'Pass 1 to 10000 jobs, and an element of each array for every one of them.';
    end if;
    if array_position(p_job_ids, null) is not null or array_position(p_tokens, null) is not null or array_position(p_outcomes, null) is not null
       or not p_outcomes <@ array['succeeded', 'failed', 'dead', 'cancelled', 'released']
    then
        raise exception 'arguments of jobs.fn_finish() contain a null, or an outcome that there is not'
            using errcode = 'TB001', hint = 'Outcomes are succeeded, failed, dead, cancelled and released.';
    end if;

    if 'failed' = any (p_outcomes) then
        v_fates := jobs._fates(p_job_ids, p_tokens, p_outcomes);
    end if;
    v_done := jobs._end(p_job_ids, p_tokens, v_fates, p_errors);
    return query select i.idx::integer, 'created', p_job_ids[i.idx], v_fates[i.idx], null::timestamptz from unnest(v_done) as i (idx);
    if cardinality(v_done) = c_count then
        return;
    end if;

    for v_back in select * from jobs._give_back(p_job_ids, p_tokens, v_fates, p_errors) loop
        return query select v_back.idx, 'created', p_job_ids[v_back.idx], v_back.fate, v_back.due_at;
        v_done := v_done || v_back.idx::bigint;
    end loop;
    -- What this very claim has finished before, and what is somebody else's by now.
    return query
        select g.idx::integer, case when f.job_id is null then 'fenced' else 'replayed' end, g.job_id, f.outcome, null::timestamptz
          from unnest(p_job_ids, p_tokens) with ordinality as g (job_id, token, idx)
          left join jobs.finished as f on f.job_id = g.job_id and f.token = g.token
         where g.idx <> all (v_done);
end
$$;

comment on function jobs.fn_finish(uuid[], uuid[], text[], text[]) is
    'Says what became of jobs that were claimed, each with the token of its claim: succeeded; failed, which is tried again after jobs.backoff() until its attempts are used up; '
    'dead, which is not tried again; cancelled; released, which is put back and does not count. Of each, in no order: created with its fate (succeeded, retrying with '
    'the time, dead, cancelled, released), replayed when this claim has ended it before, fenced when it is not this claim''s any more: nothing of it was written. TB001 for '
    'malformed arguments.';
