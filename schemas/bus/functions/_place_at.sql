-- daybook mirror: function bus._place_at(p_at timestamp with time zone)

CREATE OR REPLACE FUNCTION bus._place_at(p_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_low bigint := 0;
    v_high bigint := (select l.last_seq + 1 from bus.logs as l where l.log = 0);
    v_middle bigint;
begin
    while v_high - v_low > 1 loop
        v_middle := (v_low + v_high) / 2;
        if (select s.sequenced_at >= p_at from bus.event_seq as s where s.log = 0 and s.seq = v_middle) then
            v_high := v_middle;
        else
            v_low := v_middle;
        end if;
    end loop;
    return v_high;
end
$function$;

alter function bus._place_at(p_at timestamp with time zone) owner to daybook_api;

comment on function bus._place_at(p_at timestamp with time zone) is 'The first place that was given at a time or later; the one after the last when there is none.';

revoke execute on function bus._place_at(p_at timestamp with time zone) from public;
grant execute on function bus._place_at(p_at timestamp with time zone) to daybook_owner;
