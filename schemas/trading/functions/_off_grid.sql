-- daybook mirror: function trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text)

CREATE OR REPLACE FUNCTION trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text)
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_qty % p_lot_size <> 0 then
        code := 'lot_size';
        detail := format('qty %s is not a multiple of lot size %s', p_qty, trim_scale(p_lot_size));
    elsif p_price % p_tick_size <> 0 or p_stop_price % p_tick_size <> 0 then
        code := 'tick_size';
        detail := format('price %s is not a multiple of tick size %s',
            case when p_price % p_tick_size <> 0 then p_price else p_stop_price end, trim_scale(p_tick_size));
    end if;
end
$function$;

alter function trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text) owner to daybook_api;

comment on function trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text) is 'Which term of an order is no multiple of the instrument''s lot or tick size, as code and detail of a refusal; nulls when all are, or where a size is not known.';

revoke execute on function trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text) from public;
grant execute on function trading._off_grid(p_qty numeric, p_price numeric, p_stop_price numeric, p_lot_size numeric, p_tick_size numeric, OUT code text, OUT detail text) to daybook_owner;
