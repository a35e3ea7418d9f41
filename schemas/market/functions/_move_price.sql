-- daybook mirror: function market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint)

CREATE OR REPLACE FUNCTION market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_order constant text[] := array['klines', 'agg_trades', 'trades'];
begin
    if exists (
        select
          from market.ticker_latest as l
         where l.instrument_id = p_instrument_id
           and (row(l.last_time, array_position(c_order, l.last_stream), l.last_id) > row(p_time, array_position(c_order, p_stream), p_id)
                or (l.last_time, l.last_stream, l.last_id, l.last_price) = (p_time, p_stream, p_id, p_price)))
    then
        return;
    end if;

    insert into market.ticker_latest as l (instrument_id, last_price, last_time, last_stream, last_id)
    values (p_instrument_id, p_price, p_time, p_stream, p_id)
    on conflict on constraint ticker_latest_pkey
        do update set last_price = excluded.last_price, last_time = excluded.last_time, last_stream = excluded.last_stream,
                      last_id = excluded.last_id, updated_at = clock_timestamp()
        where l.last_time is null
           or row(l.last_time, array_position(c_order, l.last_stream), l.last_id)
              <= row(excluded.last_time, array_position(c_order, excluded.last_stream), excluded.last_id);
end
$function$;

alter function market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint) owner to daybook_api;

comment on function market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint) is 'Makes this the latest price of the instrument unless a newer one stands: by time, then klines, agg_trades, trades, then id.';

revoke execute on function market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint) from public;
grant execute on function market._move_price(p_instrument_id uuid, p_price double precision, p_time timestamp with time zone, p_stream text, p_id bigint) to daybook_owner;
