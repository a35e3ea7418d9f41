-- daybook mirror: function jobs.fn_fire_schedules(p_now timestamp with time zone)

CREATE OR REPLACE FUNCTION jobs.fn_fire_schedules(p_now timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS TABLE(outcome text, schedule text, fire_at timestamp with time zone, job_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
declare
    c_runs constant uuid := 'f4a8a6a0-6d0e-4a53-9d64-3c1c1b7f2f10';
    v_now constant timestamptz := least(p_now, clock_timestamp());
    v_due jobs.schedules;
begin
    for v_due in
        select s.* from jobs.schedules as s where s.next_fire_at <= v_now order by s.schedule for update skip locked
    loop
        fire_at := null;
        foreach fire_at in array jobs._due_runs(v_due, v_now) loop
            schedule := v_due.schedule;
            job_id := util.uuid_from_name(c_runs, v_due.schedule || '@' || extract(epoch from fire_at));
            insert into jobs.schedule_runs (schedule, fire_at, job_id) values (schedule, fire_at, job_id) on conflict do nothing;
            continue when not found;
            perform jobs._enqueue(array[job_id], v_due.queue, v_due.handler,
                                  array[v_due.args || jsonb_build_object('schedule', schedule, 'fire_at', to_jsonb(fire_at at time zone 'UTC') #>> '{}' || 'Z')],
                                  v_due.priority, null, array[null::text], v_due.max_attempts, null, v_due.ctx);
            outcome := 'created';
            return next;
        end loop;
        update jobs.schedules as s
           set next_fire_at = jobs._next_run(v_due, v_now), last_fire_at = coalesce(fire_at, s.last_fire_at)
         where s.schedule = v_due.schedule;
    end loop;
end
$function$;

alter function jobs.fn_fire_schedules(p_now timestamp with time zone) owner to daybook_api;

comment on function jobs.fn_fire_schedules(p_now timestamp with time zone) is 'Enqueues what is due by p_now (null: now; never what is still to come), and says when each schedule is due next, in one transaction. The job knows its schedule and when it was due by the arguments schedule and fire_at. However many call it at once, a run is enqueued once.';

revoke execute on function jobs.fn_fire_schedules(p_now timestamp with time zone) from public;
grant execute on function jobs.fn_fire_schedules(p_now timestamp with time zone) to daybook_owner;
grant execute on function jobs.fn_fire_schedules(p_now timestamp with time zone) to daybook_worker;
