-- daybook mirror: function jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone)
-- needs: jobs/tables/schedules.sql

CREATE OR REPLACE FUNCTION jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
AS $function$
    select case when p_schedule.every is null
                then jobs.next_fire(p_schedule.cron, p_schedule.time_zone, greatest(p_after, p_schedule.since), p_schedule.skipped, p_schedule.repeated)
                else p_schedule.since + (floor(greatest(extract(epoch from p_after - p_schedule.since), 0) / extract(epoch from p_schedule.every)) + 1)::double precision
                                        * p_schedule.every
           end
$function$;

alter function jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone) owner to daybook_api;

comment on function jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone) is 'When a schedule is due next after a moment; null when it never is.';

revoke execute on function jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone) from public;
grant execute on function jobs._next_run(p_schedule jobs.schedules, p_after timestamp with time zone) to daybook_owner;
