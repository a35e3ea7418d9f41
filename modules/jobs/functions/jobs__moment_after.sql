-- daybook-lint: allow prefer-timestamp-tz until 2028-06-30: what a clock shows is no moment
create or replace function jobs._moment_after(p_local timestamp, p_time_zone text, p_after timestamptz, p_skipped boolean, p_repeated boolean) returns timestamptz
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_moments constant timestamptz[] := jobs._moments(p_local, p_time_zone);
    v_moment timestamptz;
begin
    if cardinality(v_moments) = 0 then
        v_moment := case when p_skipped then jobs._clock_change(p_local, p_time_zone) end;
    elsif p_repeated and v_moments[1] <= p_after then
        v_moment := v_moments[cardinality(v_moments)];
    else
        v_moment := v_moments[1];
    end if;
    return case when v_moment > p_after then v_moment end;
end
$$;

comment on function jobs._moment_after(timestamp, text, timestamptz, boolean, boolean) is
    'The first moment after p_after at which a time of the clock is due: where it is left out, when the clock is put forward or never; where it comes twice, the first time or either.';
