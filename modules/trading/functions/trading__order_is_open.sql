create or replace function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
returns boolean
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_lifecycle in ('submitted', 'accepted', 'triggered')
           and (p_pending <> 'none' or p_working_qty is null or p_cum_qty < p_working_qty);
end
$$;

comment on function trading._order_is_open(text, text, numeric, numeric) is
    'Whether the venue may still act on the order. The generated column trading.orders.is_open calls it.';
