-- After a long time without anybody who fires, what was due is looked for from ever earlier on, until there is as much of it as is wanted: a year of minutes is not counted
-- through for its last one.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._due_runs(p_schedule jobs.schedules, p_now timestamptz) returns timestamptz[]
language plpgsql stable
as $$
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
$$;

comment on function jobs._due_runs(jobs.schedules, timestamptz) is 'The runs of a schedule that are to be fired now, in order, as its catch-up policy says.';
