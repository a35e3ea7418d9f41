-- The one place that knows which table, and which of its rows, a stream is.
create or replace function market._stream(p_stream text)
returns table (target regclass, time_column name, has_interval boolean, has_instrument boolean, restriction text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_stream is distinct from 'klines' then
        raise exception 'p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001', hint = 'Streams: klines.';
    end if;
    return query select 'market.klines'::regclass, 'open_time'::name, true, true, 'true'::text;
end
$$;
comment on function market._stream(text) is
    'Table, time column and condition of a stream, for statements that are put together. TB001 for what is no stream.';
