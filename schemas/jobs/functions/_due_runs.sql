-- daybook mirror: function jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone)
-- needs: jobs/tables/schedules.sql

CREATE OR REPLACE FUNCTION jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone)
 RETURNS timestamp with time zone[]
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
    c_wanted constant integer := case p_schedule.catch_up when 'all' then p_schedule.catch_up_limit else 1 end;
    v_back interval;
    v_from timestamptz;
    v_run timestamptz;
    v_runs timestamptz[];
begin
    foreach v_back in array array[interval '10 minutes', interval '1 day', interval '40 days', interval '9 years', null] loop
        v_from := greatest(p_schedule.next_fire_at - interval '1 microsecond', p_now - v_back);
        v_runs := '{}';
        v_run := jobs._next_run(p_schedule, v_from);
        while v_run <= p_now loop
            v_runs := v_runs || v_run;
            v_run := jobs._next_run(p_schedule, v_run);
        end loop;
        exit when cardinality(v_runs) >= c_wanted or v_from < p_schedule.next_fire_at;
    end loop;
    v_runs := v_runs[greatest(cardinality(v_runs) - c_wanted + 1, 1):];
    if p_schedule.catch_up = 'none' and v_runs[1] < p_now - interval '1 minute' then
        return '{}';
    end if;
    return v_runs;
end
$function$;

alter function jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone) owner to daybook_api;

comment on function jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone) is 'The runs of a schedule that are to be fired now, in order, as its catch-up policy says.';

revoke execute on function jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone) from public;
grant execute on function jobs._due_runs(p_schedule jobs.schedules, p_now timestamp with time zone) to daybook_owner;
