-- daybook mirror: function jobs._lock_use(p_queue text, p_wait boolean)

CREATE OR REPLACE FUNCTION jobs._lock_use(p_queue text, p_wait boolean)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
    c_lock constant bigint := hashtextextended('jobs.queue_use ' || p_queue, 0);
begin
    if p_wait then
        perform pg_advisory_xact_lock(c_lock);
        return true;
    end if;
    return pg_try_advisory_xact_lock(c_lock);
end
$function$;

alter function jobs._lock_use(p_queue text, p_wait boolean) owner to daybook_api;

comment on function jobs._lock_use(p_queue text, p_wait boolean) is 'Locks the count of the running jobs of a queue until the transaction ends. False: somebody else has it, and it was not to be waited for.';

revoke execute on function jobs._lock_use(p_queue text, p_wait boolean) from public;
grant execute on function jobs._lock_use(p_queue text, p_wait boolean) to daybook_owner;
