-- daybook-lint: allow prefer-timestamp-tz until 2028-06-30: what a clock shows is no moment
create or replace function jobs._clock_change(p_local timestamp, p_time_zone text) returns timestamptz
language plpgsql stable strict
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before timestamptz := p_local at time zone 'UTC' - interval '2 days';
    v_after timestamptz := p_local at time zone 'UTC' + interval '2 days';
    v_middle timestamptz;
begin
    -- Before the change the clock shows less than a time that it leaves out, from the change on it shows more.
    while v_after - v_before > interval '1 second' loop
        v_middle := date_trunc('second', v_before + (v_after - v_before) / 2);
        if v_middle at time zone p_time_zone < p_local then
            v_before := v_middle;
        else
            v_after := v_middle;
        end if;
    end loop;
    return v_after;
end
$$;

comment on function jobs._clock_change(timestamp, text) is 'The moment at which the clock of a time zone was put forward over a time that it leaves out.';
