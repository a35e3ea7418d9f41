create or replace function jobs.fn_set_schedule(
    p_schedule text, p_cron text, p_every interval, p_handler text, p_args jsonb default '{}', p_queue text default 'default', p_time_zone text default 'UTC',
    p_skipped text default 'after', p_repeated text default 'once', p_catch_up text default 'last', p_catch_up_limit integer default 100,
    p_priority integer default 5, p_max_attempts integer default 10, p_enabled boolean default true, p_ctx jsonb default null)
returns table (outcome text, version bigint, next_fire_at timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_new jobs.schedules;
    v_old jobs.schedules;
begin
    perform jobs._check_schedule(p_schedule, p_time_zone, p_skipped, p_repeated, p_catch_up, p_catch_up_limit, p_args, p_enabled);
    perform jobs._check_rule(p_cron, p_every);
    perform jobs._check_enqueue(p_queue, p_handler, p_priority, p_max_attempts, null);

    v_new := row(p_schedule, p_cron, p_every, p_time_zone, p_skipped, p_repeated, p_catch_up, p_catch_up_limit, p_queue, p_handler, p_args, p_priority,
                 p_max_attempts, p_enabled, clock_timestamp(), null, null, 1, clock_timestamp(), v_ctx, null);
    if p_enabled then
        v_new.next_fire_at := jobs._next_run(v_new, v_new.since);
    end if;
    perform pg_advisory_xact_lock(hashtextextended('jobs.schedule ' || p_schedule, 0));
    select * into v_old from jobs.schedules as s where s.schedule = p_schedule for update;
    if found then
        if to_jsonb(v_old) - array['since', 'next_fire_at', 'last_fire_at', 'version', 'changed_at', 'ctx']
           = to_jsonb(v_new) - array['since', 'next_fire_at', 'last_fire_at', 'version', 'changed_at', 'ctx']
        then
            return query select 'replayed', v_old.version, v_old.next_fire_at;
            return;
        end if;
        update jobs.schedules as s
           set cron = v_new.cron, every = v_new.every, time_zone = v_new.time_zone, skipped = v_new.skipped, repeated = v_new.repeated,
               catch_up = v_new.catch_up, catch_up_limit = v_new.catch_up_limit, queue = v_new.queue, handler = v_new.handler, args = v_new.args,
               priority = v_new.priority, max_attempts = v_new.max_attempts, enabled = v_new.enabled, since = v_new.since,
               next_fire_at = v_new.next_fire_at, version = s.version + 1, changed_at = v_new.changed_at, ctx = v_new.ctx,
               removed_at = null
         where s.schedule = p_schedule
        returning s.version into v_new.version;
    else
        insert into jobs.schedules select (v_new).*;
    end if;
    perform bus._emit_versioned('jobs.schedule_set', p_schedule, v_new.version,
        jsonb_strip_nulls(jsonb_build_object('schedule', p_schedule, 'cron', p_cron, 'every', p_every, 'time_zone', p_time_zone, 'handler', p_handler,
                                             'queue', p_queue, 'enabled', p_enabled)), null, null, null, v_ctx);
    perform jobs._wake_workers();
    return query select 'created', v_new.version, v_new.next_fire_at;
end
$$;

comment on function jobs.fn_set_schedule(text, text, interval, text, jsonb, text, text, text, text, text, integer, integer, integer, boolean, jsonb) is
    'Makes a schedule, or states it anew as a whole: by a cron expression in the clock of a time zone, or every so often; what it enqueues, and what becomes of runs at times that the clock '
    'leaves out or shows twice, and of those that were due while nobody fired them (none, last, all with a limit). A changed schedule begins anew from now: nothing before is due. '
    'created with when it is due next (null: never, or disabled), replayed when it was so already. TB001 for a malformed argument, TB002 for an unknown queue or handler.';
