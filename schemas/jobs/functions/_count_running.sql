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
      from jobs.claims as c
     cross join lateral unnest(c.job_ids) as i (job_id)
     where j.job_id = i.job_id and j.token = c.token and j.queue = p_queue and not j.limited;
    get diagnostics v_counted = row_count;
    update jobs.queue_use as u set running = u.running + v_counted where u.queue = p_queue;
end
$function$;

alter function jobs._count_running(p_queue text) owner to daybook_api;

comment on function jobs._count_running(p_queue text) is 'Counts the jobs of a queue that began while it had no limit.';

revoke execute on function jobs._count_running(p_queue text) from public;
grant execute on function jobs._count_running(p_queue text) to daybook_owner;
