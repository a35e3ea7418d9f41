create or replace function ingest._require_series(p_source text, p_stream text, p_instrument_id uuid, p_interval_s integer)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    perform util.require_text('p_source', p_source);
    perform util.require_text('p_stream', p_stream);
    perform ingest._require_stream(p_stream);
    if p_interval_s <= 0 then
        raise exception 'argument p_interval_s is %', p_interval_s
            using errcode = 'TB001', hint = 'Pass the length of the rows in seconds, or null for rows that have none.';
    end if;
    if p_instrument_id is not null and not exists (select from ref.instruments as i where i.instrument_id = p_instrument_id) then
        raise exception 'argument p_instrument_id names no instrument: %', p_instrument_id
            using errcode = 'TB002', hint = 'Register it with ref.fn_register_instrument(), or leave it null.';
    end if;
end
$$;
comment on function ingest._require_series(text, text, uuid, integer) is
    'Returns if this can be a series of a source. TB001 malformed, TB002 unknown stream or instrument.';
