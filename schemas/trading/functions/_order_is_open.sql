-- daybook mirror: function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)

CREATE OR REPLACE FUNCTION trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
AS $function$
begin
    return p_lifecycle in ('submitted', 'accepted', 'triggered')
           and (p_pending <> 'none' or p_working_qty is null or p_cum_qty < p_working_qty);
end
$function$;

alter function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) owner to daybook_owner;

comment on function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) is 'Whether the venue may still act on the order. The generated column trading.orders.is_open calls it.';

revoke execute on function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) from public;
grant execute on function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric) to daybook_api;
