-- daybook mirror: function jobs._count_use(p_queue text, p_jobs bigint)

CREATE OR REPLACE FUNCTION jobs._count_use(p_queue text, p_jobs bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
    v_before jobs.queue_use;
begin
    select * into v_before from jobs.queue_use as u where u.queue = p_queue order by u.number desc limit 1;
    insert into jobs.queue_use (queue, number, running) values (p_queue, coalesce(v_before.number, 0) + 1, coalesce(v_before.running, 0) + p_jobs);
    delete from jobs.queue_use as u where u.queue = p_queue and u.number = v_before.number;
end
$function$;

alter function jobs._count_use(p_queue text, p_jobs bigint) owner to daybook_api;

comment on function jobs._count_use(p_queue text, p_jobs bigint) is 'Adds to the count of the running jobs of a queue, which the caller has locked.';

revoke execute on function jobs._count_use(p_queue text, p_jobs bigint) from public;
grant execute on function jobs._count_use(p_queue text, p_jobs bigint) to daybook_owner;
