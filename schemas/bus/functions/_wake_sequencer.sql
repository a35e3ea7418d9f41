-- daybook mirror: function bus._wake_sequencer()

CREATE OR REPLACE FUNCTION bus._wake_sequencer()
 RETURNS boolean
 LANGUAGE sql
AS $function$
    select pg_try_advisory_xact_lock_shared(1145195269, 0) or pg_notify('daybook_log', '') is not null
$function$;

alter function bus._wake_sequencer() owner to daybook_api;

comment on function bus._wake_sequencer() is 'Tells a sequencer that sleeps, at commit, that there are events, through the channel daybook_log. It is asleep while a session holds the advisory lock (1145195269, 0) exclusively; otherwise nothing is sent. Always true.';

revoke execute on function bus._wake_sequencer() from public;
grant execute on function bus._wake_sequencer() to daybook_owner;
