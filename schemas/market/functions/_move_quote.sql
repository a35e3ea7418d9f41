-- daybook mirror: function market._move_quote(p_quote market.ticker_ticks)
-- needs: market/tables/ticker_ticks.sql

CREATE OR REPLACE FUNCTION market._move_quote(p_quote market.ticker_ticks)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (
        select
          from market.ticker_latest as l
         where l.instrument_id = p_quote.instrument_id
           and ((l.quote_time, l.quote_id) > (p_quote.event_time, p_quote.update_id)
                or (l.quote_time, l.quote_id, l.bid_price, l.bid_quantity, l.ask_price, l.ask_quantity)
                   = (p_quote.event_time, p_quote.update_id, p_quote.bid_price, p_quote.bid_quantity, p_quote.ask_price, p_quote.ask_quantity)))
    then
        return;
    end if;

    insert into market.ticker_latest as l (instrument_id, bid_price, bid_quantity, ask_price, ask_quantity, quote_time, quote_id)
    values (p_quote.instrument_id, p_quote.bid_price, p_quote.bid_quantity, p_quote.ask_price, p_quote.ask_quantity, p_quote.event_time,
            p_quote.update_id)
    on conflict on constraint ticker_latest_pkey
        do update set bid_price = excluded.bid_price, bid_quantity = excluded.bid_quantity, ask_price = excluded.ask_price,
                      ask_quantity = excluded.ask_quantity, quote_time = excluded.quote_time, quote_id = excluded.quote_id,
                      updated_at = clock_timestamp()
        where l.quote_time is null or (l.quote_time, l.quote_id) <= (excluded.quote_time, excluded.quote_id);
end
$function$;

alter function market._move_quote(p_quote market.ticker_ticks) owner to daybook_api;

comment on function market._move_quote(p_quote market.ticker_ticks) is 'Makes this the latest quote of its instrument unless a newer one stands: by event time, then update id.';

revoke execute on function market._move_quote(p_quote market.ticker_ticks) from public;
grant execute on function market._move_quote(p_quote market.ticker_ticks) to daybook_owner;
