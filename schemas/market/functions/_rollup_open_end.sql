-- daybook mirror: function market._rollup_open_end(p_instrument_id uuid)

CREATE OR REPLACE FUNCTION market._rollup_open_end(p_instrument_id uuid)
 RETURNS timestamp with time zone
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
        return null;
    end if;
    select r.open_time into strict v_last
      from market.klines_rollup r
     where r.instrument_id = p_instrument_id and r.interval_s = 300
       and r.open_time >= v_day.open_time and r.open_time < v_day.open_time + interval '1 day'
     order by r.open_time desc
     limit 1;
    return v_last;
end
$function$;

alter function market._rollup_open_end(p_instrument_id uuid) owner to daybook_api;

comment on function market._rollup_open_end(p_instrument_id uuid) is 'The newest bucket of 5 minutes, when its day is not final: only buckets around it wait for nothing but later minutes. Null when the newest day is final.';

revoke execute on function market._rollup_open_end(p_instrument_id uuid) from public;
grant execute on function market._rollup_open_end(p_instrument_id uuid) to daybook_owner;
