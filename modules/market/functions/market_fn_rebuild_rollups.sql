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
    v_ctx  constant jsonb := util.ctx(p_ctx);
    v_days tstzrange;
begin
    perform pg_advisory_xact_lock(hashtextextended('market.klines_rollup ' || p_instrument_id, 0));
    v_days := market._rollup_days(p_instrument_id, p_from, p_to);
    from_time := lower(v_days);
    to_time := upper(v_days);
    deleted := 0;
    outcome := 'replayed';
    if isempty(v_days)
       or exists (select from market.rollup_dirty d where d.instrument_id = p_instrument_id and d.spans @> v_days)
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
    perform market._note_rollup(p_instrument_id, tstzmultirange(v_days));
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
