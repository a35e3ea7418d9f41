-- daybook mirror: function jobs._running(p_queue text)

CREATE OR REPLACE FUNCTION jobs._running(p_queue text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
    return coalesce((select u.running from jobs.queue_use as u where u.queue = p_queue order by u.number desc limit 1), 0);
end
$function$;

alter function jobs._running(p_queue text) owner to daybook_api;

comment on function jobs._running(p_queue text) is 'How many jobs of a queue with a limit are running.';

revoke execute on function jobs._running(p_queue text) from public;
grant execute on function jobs._running(p_queue text) to daybook_owner;
