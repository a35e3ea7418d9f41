-- daybook mirror: function market.fn_latest_prices(p_instrument_ids uuid[])

CREATE OR REPLACE FUNCTION market.fn_latest_prices(p_instrument_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS TABLE(instrument_id uuid, venue text, symbol text, kind text, last_price double precision, last_time timestamp with time zone, last_stream text, bid_price double precision, bid_quantity double precision, ask_price double precision, ask_quantity double precision, quote_time timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_instrument_ids is null then
        return query
            select l.instrument_id, i.venue, i.symbol, i.kind, l.last_price, l.last_time, l.last_stream, l.bid_price, l.bid_quantity,
                   l.ask_price, l.ask_quantity, l.quote_time
              from market.ticker_latest as l
              join ref.instruments as i on i.instrument_id = l.instrument_id;
    else
        return query
            select l.instrument_id, i.venue, i.symbol, i.kind, l.last_price, l.last_time, l.last_stream, l.bid_price, l.bid_quantity,
                   l.ask_price, l.ask_quantity, l.quote_time
              from market.ticker_latest as l
              join ref.instruments as i on i.instrument_id = l.instrument_id
             where l.instrument_id = any (p_instrument_ids);
    end if;
end
$function$;

alter function market.fn_latest_prices(p_instrument_ids uuid[]) owner to daybook_api;

comment on function market.fn_latest_prices(p_instrument_ids uuid[]) is 'The latest price and quote of the instruments named, or of all (null), in no order. One without a price or quote yet is not among them; what is not known of one is null. Costs one look by key for each instrument, whatever the series hold.';

revoke execute on function market.fn_latest_prices(p_instrument_ids uuid[]) from public;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_agent;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_app;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_bot;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_console;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_data_writer;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_executor;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_manager;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_owner;
grant execute on function market.fn_latest_prices(p_instrument_ids uuid[]) to daybook_risk;
