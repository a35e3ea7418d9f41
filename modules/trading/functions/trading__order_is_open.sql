-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._order_is_open(p_lifecycle text, p_pending text, p_working_qty numeric, p_cum_qty numeric)
returns boolean
language plpgsql immutable parallel safe
as $$
begin
    return p_lifecycle in ('submitted', 'accepted', 'triggered')
           and (p_pending <> 'none' or p_working_qty is null or p_cum_qty < p_working_qty);
end
$$;

comment on function trading._order_is_open(text, text, numeric, numeric) is
    'Whether the venue may still act on the order. The generated column trading.orders.is_open calls it.';
