create or replace function trading._replace_reserve(p_order trading.orders, p_ctx jsonb) returns trading.notional_reserves
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reserve trading.notional_reserves;
begin
    select * into v_reserve from trading.notional_reserves as r where r.account_id = p_order.account_id and r.order_id = p_order.order_id;
    if not found then
        select n.* into strict v_reserve
          from ref.instruments as i,
               trading._new_reserve(p_order.account_id, p_order.order_id, (p_ctx ->> 'bot')::uuid, 0, coalesce(p_order.working_price, p_order.working_stop_price),
                                    i.kind, i.quote, i.multiplier) as n
         where i.instrument_id = p_order.instrument_id;
        v_reserve.base := trading._order_notional(p_order, v_reserve);
        v_reserve.amount := 0;
    end if;
    return v_reserve;
end
$$;

comment on function trading._replace_reserve(trading.orders, jsonb) is
    'What an order counts; one that did not until now begins to today, under the bot that asks, with what is added to it.';
