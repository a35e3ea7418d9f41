-- daybook mirror: function jobs._clock_change(p_local timestamp without time zone, p_time_zone text)

CREATE OR REPLACE FUNCTION jobs._clock_change(p_local timestamp without time zone, p_time_zone text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 STABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

alter function jobs._clock_change(p_local timestamp without time zone, p_time_zone text) owner to daybook_api;

comment on function jobs._clock_change(p_local timestamp without time zone, p_time_zone text) is 'The moment at which the clock of a time zone was put forward over a time that it leaves out.';

revoke execute on function jobs._clock_change(p_local timestamp without time zone, p_time_zone text) from public;
grant execute on function jobs._clock_change(p_local timestamp without time zone, p_time_zone text) to daybook_owner;
