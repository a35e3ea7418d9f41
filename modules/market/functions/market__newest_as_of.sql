-- From the moment backwards in growing steps, so that what is recent is found without reading what is old. Rows may be ahead of the
-- clock by a day (what is later is refused), and a row that is not over yet says nothing of now.
create or replace function market._newest_as_of(
    p_stream text, p_instrument_id uuid, p_interval_s integer, p_known_at timestamptz)
returns table (row_time timestamptz, content jsonb)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    c_ahead constant interval := interval '1 minute';
    v_until constant timestamptz := p_known_at + c_ahead - make_interval(secs => case p_stream when 'klines' then p_interval_s else 0 end);
    v_id    constant text := (select s.id_column from ingest.streams s where s.stream = p_stream);
    v_back  interval;
begin
    foreach v_back in array array['1 hour', '1 day', '31 days', '366 days', '100 years']::interval[] loop
        return query
            select r.row_time, r.content
              from market.fn_rows_as_of(p_stream, p_instrument_id, p_interval_s, v_until - v_back, v_until + interval '1 microsecond', p_known_at) r
             order by r.row_time desc, (r.content ->> v_id)::bigint desc
             limit 1;
        exit when found;
    end loop;
end
$$;
comment on function market._newest_as_of(text, uuid, integer, timestamptz) is
    'The newest row of a series that was known at a moment and was over by then, a clock ahead by a minute believed; none when there was none.';
