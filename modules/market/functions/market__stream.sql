-- The one place that knows which table, and which of its rows, a stream is.
create or replace function market._stream(p_stream text)
returns table (
    target text, time_column text, interval_column text, id_column text, has_instrument boolean, value_columns text[], restriction text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_stream is distinct from 'klines' then
        raise exception 'p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001', hint = 'Streams: klines.';
    end if;
    return query
        select 'market.klines', 'open_time', 'interval_s', null::text, true,
               '{open,high,low,close,volume,quote_volume,trade_count,taker_buy_volume,taker_buy_quote_volume}'::text[], 'true';
end
$$;
comment on function market._stream(text) is
    'Table, columns and condition of a stream, for statements that are put together. TB001 for what is no stream.';
