create or replace function market.fn_rebuild_rollups(
    p_instrument_id uuid,
    p_from          timestamptz default null,
    p_to            timestamptz default null,
    p_ctx           jsonb default null)
returns table (
    outcome   text,
    from_time timestamptz,
    to_time   timestamptz,
    deleted   bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- Days are of UTC, and times inside the event read the same whoever asks.
set timezone = 'UTC'
as $$
#variable_conflict use_column
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
begin
    if p_from > p_to then
        raise exception 'p_from .. p_to is not a range: % .. %', p_from, p_to
            using errcode = 'TB001', hint = 'Give the first and the last moment, or null for the ends of the series.';
    end if;
    if not exists (select from ref.instruments i where i.instrument_id = p_instrument_id) then
        raise exception 'p_instrument_id names no instrument: %', coalesce(p_instrument_id::text, 'null')
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('market.klines_rollup ' || p_instrument_id, 0));

    select date_trunc('day', min(s.open_time)), date_trunc('day', max(s.open_time)) + interval '1 day'
      into from_time, to_time
      from (select min(k.open_time) as open_time from market.klines k where k.instrument_id = p_instrument_id and k.interval_s = 60
            union all
            select max(k.open_time) from market.klines k where k.instrument_id = p_instrument_id and k.interval_s = 60
            union all
            select min(r.open_time) from market.klines_rollup r where r.instrument_id = p_instrument_id and r.interval_s = 86400
            union all
            select max(r.open_time) from market.klines_rollup r where r.instrument_id = p_instrument_id and r.interval_s = 86400) s;
    from_time := greatest(from_time, date_trunc('day', p_from));
    to_time := least(to_time, date_trunc('day', p_to) + interval '1 day');
    deleted := 0;
    outcome := 'replayed';
    if from_time is null or from_time >= to_time
       or exists (select from market.rollup_dirty d
                   where d.instrument_id = p_instrument_id and d.spans @> tstzrange(from_time, to_time))
    then
        return next;
        return;
    end if;

    delete from market.klines_rollup r
     where r.instrument_id = p_instrument_id and r.open_time >= from_time and r.open_time < to_time
       and not exists (
           select
             from market.klines k
            where k.instrument_id = p_instrument_id and k.interval_s = 60
              and k.open_time >= r.open_time and k.open_time < r.open_time + make_interval(secs => r.interval_s));
    get diagnostics deleted = row_count;
    perform market._note_rollup(p_instrument_id, tstzmultirange(tstzrange(from_time, to_time)));
    perform bus.fn_emit_domain_event(
        p_event_type   => 'market.rollup_rebuild_asked',
        p_aggregate_id => p_instrument_id::text,
        p_payload      => jsonb_build_object('instrument_id', p_instrument_id, 'from_time', from_time, 'to_time', to_time,
                                             'deleted', deleted),
        p_ctx          => v_ctx);
    outcome := 'created';
    return next;
end
$$;
comment on function market.fn_rebuild_rollups(uuid, timestamptz, timestamptz, jsonb) is
    'Marks the days of UTC from p_from to p_to (null: the ends of the series) of an instrument, so that market.fn_roll_up makes '
    'all their buckets again from the minutes, and deletes buckets in which no minute stands any more. created; replayed when '
    'a mark covers them already or there is nothing. Waits for a roll-up of the instrument. Emits market.rollup_rebuild_asked. '
    'TB001 no range, TB002 unknown instrument.';
