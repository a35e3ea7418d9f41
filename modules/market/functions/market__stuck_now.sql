create or replace function market._stuck_now(
    p_stream text, p_instrument_id uuid, p_interval_s integer, p_newest timestamptz, p_min_rows integer)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Of other streams equal rows are no sign: rates and supplies stand still for days, and two trades may be alike.
    if p_stream not in ('klines', 'mark_klines', 'index_klines', 'premium_klines', 'book_depth', 'metrics', 'open_interest') then
        return null;
    end if;
    return (select jsonb_build_object('pattern', s.pattern, 'since', s.stuck_from, 'row_count', s.row_count)
                   || case when s.part = '{}' then '{}' else jsonb_build_object('part', s.part) end
              from market.fn_stuck_runs(p_stream, p_instrument_id, p_interval_s,
                       p_newest - greatest(interval '1 day', p_min_rows * make_interval(secs => coalesce(p_interval_s, 0))),
                       p_newest + interval '1 microsecond', p_min_rows) s
             where s.stuck_to = p_newest
             order by s.stuck_from, s.part
             limit 1);
end
$$;
comment on function market._stuck_now(text, uuid, integer, timestamptz, integer) is
    'Whether the newest rows of a series are stuck (market.fn_stuck_runs), looking back a day or as far as p_min_rows; null when not.';
