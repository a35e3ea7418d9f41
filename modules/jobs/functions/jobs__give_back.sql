-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._give_back(p_job_ids uuid[], p_tokens uuid[], p_outcomes text[], p_errors text[])
returns table (idx integer, fate text, due_at timestamptz)
language plpgsql volatile
as $$
#variable_conflict use_column
declare
    v_limited text[];
    v_back record;
begin
    perform pg_current_xact_id();
    for v_back in
        with before as materialized (
            select g.*, f.found, f.limited, case g.outcome when 'failed' then clock_timestamp() + jobs.backoff(f.attempts) * (0.9 + 0.2 * random()) end as due_at
              from unnest(p_job_ids, p_tokens, p_outcomes, p_errors) with ordinality as g (job_id, token, outcome, error, idx)
             cross join lateral (select i.ctid as found, i.limited, i.attempts from jobs.jobs as i where i.job_id = g.job_id and i.token = g.token offset 0) as f
             where g.outcome in ('failed', 'released', 'lost')
        )
        update jobs.jobs as j
           set token = null, worker = null, started_at = null, limited = false,
               place = case b.outcome when 'failed' then null else nextval('jobs.places') end,
               xid = pg_current_xact_id(),
               due_at = coalesce(b.due_at, clock_timestamp()),
               attempts = j.attempts - case b.outcome when 'released' then 1 else 0 end,
               last_error = coalesce(b.error, j.last_error)
          from before as b
         where j.ctid = b.found and j.token = b.token
        returning b.idx, b.outcome, j.due_at, j.queue, b.limited
    loop
        if v_back.limited then
            v_limited := v_limited || v_back.queue;
        end if;
        idx := v_back.idx;
        fate := case v_back.outcome when 'failed' then 'retrying' else v_back.outcome end;
        due_at := v_back.due_at;
        return next;
    end loop;
    if v_limited is not null then
        perform jobs._leave_queues(v_limited);
    else
        perform jobs._wake_workers();
    end if;
end
$$;

comment on function jobs._give_back(uuid[], uuid[], text[], text[]) is
    'Puts running jobs back: failed to be tried again after a while, released (the attempt does not count) and lost (it does) at once, behind those that are ready.';
