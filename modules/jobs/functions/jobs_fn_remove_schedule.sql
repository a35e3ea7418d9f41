create or replace function jobs.fn_remove_schedule(p_schedule text, p_reason text, p_ctx jsonb default null)
returns table (outcome text, version bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_removed_at timestamptz;
begin
    perform util.require_text('p_schedule', p_schedule, 100);
    perform util.require_text('p_reason', p_reason, 1000);
    if p_schedule ~ '^daybook\.' then
        raise exception 'argument p_schedule is %, which every installation has to do', p_schedule
            using errcode = 'TB001', hint = 'It can be paused: daybook jobs schedule pause.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('jobs.schedule ' || p_schedule, 0));
    select s.version, s.removed_at into version, v_removed_at from jobs.schedules as s where s.schedule = p_schedule for update;
    if not found then
        raise exception 'argument p_schedule is %, and there is no such schedule', left(p_schedule, 100)
            using errcode = 'TB002', hint = 'jobs.v_schedules lists those that there are.';
    end if;
    if v_removed_at is not null then
        outcome := 'replayed';
        return next;
        return;
    end if;

    update jobs.schedules as s
       set enabled = false, next_fire_at = null, removed_at = clock_timestamp(), version = s.version + 1, changed_at = clock_timestamp(), ctx = v_ctx
     where s.schedule = p_schedule
    returning s.version into version;
    outcome := 'created';
    perform bus._emit_versioned('jobs.schedule_removed', p_schedule, version, jsonb_build_object('schedule', p_schedule, 'reason', p_reason),
                                null, null, null, v_ctx);
    return next;
end
$$;

comment on function jobs.fn_remove_schedule(text, text, jsonb) is
    'Removes a schedule: it fires no more and is listed no more. What it has enqueued stays, and which runs it fired is kept as long as the history; one of the same name can be '
    'made again. created, replayed when it was removed before. TB001 for one that every installation has to have, TB002 for one that never was.';
