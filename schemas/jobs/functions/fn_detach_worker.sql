-- daybook mirror: function jobs.fn_detach_worker(p_worker_id uuid)

CREATE OR REPLACE FUNCTION jobs.fn_detach_worker(p_worker_id uuid)
 RETURNS TABLE(outcome text, job_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function jobs.fn_detach_worker(p_worker_id uuid) owner to daybook_api;

comment on function jobs.fn_detach_worker(p_worker_id uuid) is 'A worker leaves: what it had claimed and not finished is released, that is, put back as if it had never been claimed. Nothing for a worker that is not there.';

revoke execute on function jobs.fn_detach_worker(p_worker_id uuid) from public;
grant execute on function jobs.fn_detach_worker(p_worker_id uuid) to daybook_owner;
grant execute on function jobs.fn_detach_worker(p_worker_id uuid) to daybook_worker;
