-- daybook mirror: function market._stream(p_stream text)

CREATE OR REPLACE FUNCTION market._stream(p_stream text)
 RETURNS TABLE(target text, time_column text, interval_column text, id_column text, has_instrument boolean, value_columns text[], restriction text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_stream is distinct from 'klines' then
        raise exception 'p_stream names no stream: %', coalesce(quote_literal(left(p_stream, 100)), 'null')
            using errcode = 'TB001', hint = 'Streams: klines.';
    end if;
    return query
        select 'market.klines', 'open_time', 'interval_s', null::text, true,
               '{open,high,low,close,volume,quote_volume,trade_count,taker_buy_volume,taker_buy_quote_volume}'::text[], 'true';
end
$function$;

alter function market._stream(p_stream text) owner to daybook_api;

comment on function market._stream(p_stream text) is 'Table, columns and condition of a stream, for statements that are put together. TB001 for what is no stream.';

revoke execute on function market._stream(p_stream text) from public;
grant execute on function market._stream(p_stream text) to daybook_owner;
