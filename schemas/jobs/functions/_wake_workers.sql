-- daybook mirror: function jobs._wake_workers()

CREATE OR REPLACE FUNCTION jobs._wake_workers()
 RETURNS boolean
 LANGUAGE sql
AS $function$
    select pg_try_advisory_xact_lock_shared(1145195270, 0) or pg_notify('daybook_jobs', '') is not null
$function$;

alter function jobs._wake_workers() owner to daybook_api;

comment on function jobs._wake_workers() is 'Tells workers that sleep, at commit, that there may be something to claim, through the channel daybook_jobs. One is asleep while a session holds the advisory lock (1145195270, 0) exclusively; otherwise nothing is sent. Always true.';

revoke execute on function jobs._wake_workers() from public;
grant execute on function jobs._wake_workers() to daybook_owner;
