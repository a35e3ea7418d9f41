create or replace function trading._replace_raise(
    p_order trading.orders, p_reserve trading.notional_reserves, p_qty numeric, p_price numeric, p_stop_price numeric)
returns numeric
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_reserve.price is null and not p_reserve.inverse and p_qty > p_order.working_qty then
        return null;
    end if;
    return greatest(trading._order_notional(
                        trading._order_after(p_order, 'replace_request', p_order.lifecycle, 'replace', p_qty, p_price, p_stop_price), p_reserve)
                    - p_reserve.base, 0) - p_reserve.amount;
end
$$;

comment on function trading._replace_raise(trading.orders, trading.notional_reserves, numeric, numeric, numeric) is
    'By how much an order will count more while other terms are asked for; null when it has no price to value more of it at.';
