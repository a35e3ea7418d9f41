-- daybook mirror: function jobs._leave_queues(p_queues text[])

CREATE OR REPLACE FUNCTION jobs._leave_queues(p_queues text[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    -- In one order, so that two that do this at once never wait for each other.
    perform from jobs.queue_use as u where u.queue = any (p_queues) order by u.queue for no key update;
    update jobs.queue_use as u
       set running = u.running - l.left_it
      from (select q.queue, count(*) as left_it from unnest(p_queues) as q (queue) group by q.queue) as l
     where u.queue = l.queue;
    perform jobs._wake_workers();
end
$function$;

alter function jobs._leave_queues(p_queues text[]) owner to daybook_api;

comment on function jobs._leave_queues(p_queues text[]) is 'Counts out jobs of queues with a limit, one for each element; called last, after the jobs'' rows are locked.';

revoke execute on function jobs._leave_queues(p_queues text[]) from public;
grant execute on function jobs._leave_queues(p_queues text[]) to daybook_owner;
