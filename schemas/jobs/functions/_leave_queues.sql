-- daybook mirror: function jobs._leave_queues(p_queues text[])

CREATE OR REPLACE FUNCTION jobs._leave_queues(p_queues text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
    v_left record;
begin
    -- In one order, so that two that do this at once never wait for each other.
    for v_left in select q.queue, count(*) as jobs from unnest(p_queues) as q (queue) group by q.queue order by q.queue loop
        perform jobs._lock_use(v_left.queue, true);
        perform jobs._count_use(v_left.queue, -v_left.jobs);
    end loop;
    perform jobs._wake_workers();
end
$function$;

alter function jobs._leave_queues(p_queues text[]) owner to daybook_api;

comment on function jobs._leave_queues(p_queues text[]) is 'Counts out jobs of queues with a limit, one for each element; called last, after the jobs'' rows are locked.';

revoke execute on function jobs._leave_queues(p_queues text[]) from public;
grant execute on function jobs._leave_queues(p_queues text[]) to daybook_owner;
