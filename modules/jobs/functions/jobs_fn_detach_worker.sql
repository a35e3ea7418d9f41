-- daybook-lint: allow state-change-without-event until 2028-06-30: the queue is machinery; what jobs do to the book is in the log, and their history in jobs.finished
create or replace function jobs.fn_detach_worker(p_worker_id uuid)
returns table (outcome text, job_id uuid)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_from bigint;
begin
    perform util.require_id('p_worker_id', p_worker_id);
    select w.claims_from into v_from from jobs.workers as w where w.worker_id = p_worker_id for update;
    if not found then
        return;
    end if;
    return query
        select l.fate, l.job_id
          from jobs._lose_claims(array(select c.token from jobs.claims as c where c.worker_id = p_worker_id and c.number >= v_from), 'released', null) as l;
    delete from jobs.workers as w
     where w.worker_id = p_worker_id and not exists (select from jobs.claims as c where c.worker_id = w.worker_id and c.number >= v_from);
end
$$;

comment on function jobs.fn_detach_worker(uuid) is
    'A worker leaves: what it had claimed and not finished is released, that is, put back as if it had never been claimed. Nothing for a worker that is not there.';
