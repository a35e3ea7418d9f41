-- daybook mirror: function jobs._count_running(p_queue text)

CREATE OR REPLACE FUNCTION jobs._count_running(p_queue text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
    v_counted bigint;
begin
    update jobs.jobs as j
       set limited = true
      from (select f.ctid as found, c.token
              from jobs.claims as c
             cross join lateral unnest(c.job_ids) as i (job_id)
             cross join lateral (select l.ctid from jobs.jobs as l where l.job_id = i.job_id offset 0) as f) as c
     where j.ctid = c.found and j.token = c.token and j.queue = p_queue and not j.limited;
    get diagnostics v_counted = row_count;
    perform jobs._lock_use(p_queue, true);
    perform jobs._count_use(p_queue, v_counted);
end
$function$;

alter function jobs._count_running(p_queue text) owner to daybook_api;

comment on function jobs._count_running(p_queue text) is 'Counts the jobs of a queue that began while it had no limit.';

revoke execute on function jobs._count_running(p_queue text) from public;
grant execute on function jobs._count_running(p_queue text) to daybook_owner;
