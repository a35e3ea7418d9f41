-- daybook mirror: function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer)

CREATE OR REPLACE FUNCTION market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer)
 RETURNS TABLE(open_time timestamp with time zone, open double precision, high double precision, low double precision, close double precision, volume double precision, quote_volume double precision, trade_count bigint, taker_buy_volume double precision, taker_buy_quote_volume double precision)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
    if p_instrument_id is null or p_interval_s is null then
        raise exception 'p_instrument_id or p_interval_s is null'
            using errcode = 'TB001', hint = 'A page is a part of one series.';
    end if;
    if p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'p_limit is out of range: %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Ask for 1 to 100000 candles.';
    end if;
    return query
        select k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
               k.taker_buy_volume, k.taker_buy_quote_volume
          from market.klines k
         where k.instrument_id = p_instrument_id
           and k.interval_s = p_interval_s
           and k.open_time > coalesce(p_after, '-infinity'::timestamptz)
         order by k.open_time
         limit p_limit;
end
$function$;

alter function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) owner to daybook_api;

comment on function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) is 'The next p_limit candles of one series that open after p_after (null: from the beginning), oldest first. The last open_time of a page is p_after of the next. TB001 when an argument is missing or p_limit is not 1 .. 100000.';

revoke execute on function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) from public;
grant execute on function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) to daybook_bot;
grant execute on function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) to daybook_data_writer;
grant execute on function market.fn_klines_page(p_instrument_id uuid, p_interval_s integer, p_after timestamp with time zone, p_limit integer) to daybook_owner;
