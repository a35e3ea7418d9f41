-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._next_run(p_schedule jobs.schedules, p_after timestamptz) returns timestamptz
language sql stable
as $$
    select case when p_schedule.every is null
                then jobs.next_fire(p_schedule.cron, p_schedule.time_zone, greatest(p_after, p_schedule.since), p_schedule.skipped, p_schedule.repeated)
                else p_schedule.since + (floor(greatest(extract(epoch from p_after - p_schedule.since), 0) / extract(epoch from p_schedule.every)) + 1)::double precision
                                        * p_schedule.every
           end
$$;

comment on function jobs._next_run(jobs.schedules, timestamptz) is 'When a schedule is due next after a moment; null when it never is.';
