-- daybook mirror: function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone)

CREATE OR REPLACE FUNCTION market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone)
 RETURNS tstzmultirange
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
    v_day  market.klines_rollup;
    v_last timestamptz;
begin
    select r.* into v_day
      from market.klines_rollup r
     where r.instrument_id = p_instrument_id and r.interval_s = 86400
     order by r.open_time desc
     limit 1;
    if v_day.final is not false then
        return '{}';
    end if;
    select r.open_time into strict v_last
      from market.klines_rollup r
     where r.instrument_id = p_instrument_id and r.interval_s = 300
       and r.open_time >= v_day.open_time and r.open_time < v_day.open_time + interval '1 day'
     order by r.open_time desc
     limit 1;
    return case when v_last + interval '5 min' <= p_delivered then tstzmultirange(tstzrange(v_last, v_last + interval '5 min'))
                else '{}' end;
end
$function$;

alter function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone) owner to daybook_api;

comment on function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone) is 'The newest bucket of 5 minutes, when its day is not final and p_delivered, how far any source has delivered the minutes, is past it: buckets around it become final though none of their minutes changes. Else empty.';

revoke execute on function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone) from public;
grant execute on function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamp with time zone) to daybook_owner;
