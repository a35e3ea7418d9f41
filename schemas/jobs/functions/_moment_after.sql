-- daybook mirror: function jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean)

CREATE OR REPLACE FUNCTION jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean) owner to daybook_api;

comment on function jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean) is 'The first moment after p_after at which a time of the clock is due: where it is left out, when the clock is put forward or never; where it comes twice, the first time or either.';

revoke execute on function jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean) from public;
grant execute on function jobs._moment_after(p_local timestamp without time zone, p_time_zone text, p_after timestamp with time zone, p_skipped boolean, p_repeated boolean) to daybook_owner;
