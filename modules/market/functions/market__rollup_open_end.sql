create or replace function market._rollup_open_end(p_instrument_id uuid)
returns timestamptz
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
$$;
comment on function market._rollup_open_end(uuid) is
    'The newest bucket of 5 minutes, when its day is not final: only buckets around it wait for nothing but later minutes. Null '
    'when the newest day is final.';
