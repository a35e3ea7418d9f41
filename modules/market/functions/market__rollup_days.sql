create or replace function market._rollup_days(p_instrument_id uuid, p_from timestamptz, p_to timestamptz)
returns tstzrange
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
    v_days tstzrange;
begin
    if p_from > p_to then
        raise exception 'p_from .. p_to is not a range: % .. %', p_from, p_to
            using errcode = 'TB001', hint = 'Give the first and the last moment, or null for the ends of the series.';
    end if;
    if p_instrument_id is null or not exists (select from ref.instruments i where i.instrument_id = p_instrument_id) then
        raise exception 'p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument.';
    end if;
    select tstzrange(date_trunc('day', min(s.open_time)), date_trunc('day', max(s.open_time)) + interval '1 day')
      into v_days
      from (select min(k.open_time) as open_time from market.klines k where k.instrument_id = p_instrument_id and k.interval_s = 60
            union all
            select max(k.open_time) from market.klines k where k.instrument_id = p_instrument_id and k.interval_s = 60
            union all
            select min(r.open_time) from market.klines_rollup r where r.instrument_id = p_instrument_id and r.interval_s = 86400
            union all
            select max(r.open_time) from market.klines_rollup r where r.instrument_id = p_instrument_id and r.interval_s = 86400) s
     where s.open_time is not null;
    return coalesce(nullif(v_days, tstzrange(null, null)), 'empty')
           * tstzrange(date_trunc('day', p_from), date_trunc('day', p_to) + interval '1 day');
end
$$;
comment on function market._rollup_days(uuid, timestamptz, timestamptz) is
    'The days of UTC from p_from to p_to (null: the ends) in which minutes or rolled up buckets of the instrument may stand. '
    'TB001 no range, TB002 unknown instrument.';
