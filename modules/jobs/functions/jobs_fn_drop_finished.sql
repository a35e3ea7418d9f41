-- Dropping waits for whoever reads the history, and whoever comes later waits behind it, workers that finish jobs among them: so it waits for a moment only.
create or replace function jobs.fn_drop_finished(p_keep_days integer default null, p_ctx jsonb default null)
returns table (outcome text, day date)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '250ms'
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_keep constant integer := coalesce(p_keep_days, (settings.fn_get('jobs.finished_keep_days') #>> '{}')::integer, 30);
    v_first date;
    v_name name;
begin
    if v_keep not between 1 and 36500 then
        raise exception 'argument p_keep_days is %', v_keep
            using errcode = 'TB001', hint = 'Keep at least one day; null is what the setting jobs.finished_keep_days says, or 30.';
    end if;
    v_first := (clock_timestamp() at time zone 'UTC')::date - v_keep;
    for v_name, day in
        select c.relname, to_date(right(c.relname, 8), 'YYYYMMDD')
          from pg_inherits as i
          join pg_class as c on c.oid = i.inhrelid
         where i.inhparent = 'jobs.finished'::regclass and c.relname ~ '^finished_[0-9]{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < v_first
         order by 2
    loop
        begin
            execute format('drop table jobs.%I', v_name);
            delete from jobs.schedule_runs as r where r.fired_at < ((day + 1)::timestamp at time zone 'UTC');
            perform bus.fn_emit_domain_event('jobs.history_dropped', to_char(day, 'YYYY-MM-DD'), jsonb_build_object('day', to_char(day, 'YYYY-MM-DD')),
                                             null, null, null, v_ctx);
            outcome := 'created';
        exception
            when lock_not_available then
                outcome := 'refused';
        end;
        return next;
        -- One for a transaction: the lock on all of the history is held until it ends.
        return;
    end loop;
end
$$;

comment on function jobs.fn_drop_finished(integer, jsonb) is
    'Drops the oldest day of the history, and the runs of schedules fired until then, that is older than the last so many days (null: the setting jobs.finished_keep_days, or 30), in a transaction of its own: created; refused '
    'when somebody used it for a quarter of a second, try again; no row when there is none. Call it until it answers no row. TB001 for a number below 1.';
