create or replace function market._rollup_open_end(p_instrument_id uuid, p_delivered timestamptz)
returns tstzmultirange
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- Planned once: over many months planning would cost more than looking.
set plan_cache_mode = force_generic_plan
as $$
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
$$;
comment on function market._rollup_open_end(uuid, timestamptz) is
    'The newest bucket of 5 minutes, when its day is not final and p_delivered, how far any source has delivered the minutes, is '
    'past it: buckets around it become final though none of their minutes changes. Else empty.';
