-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
create or replace function trading._reserve_replace(
    p_order trading.orders, p_slice integer, p_qty numeric, p_price numeric, p_stop_price numeric, p_ctx jsonb)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reserve constant trading.notional_reserves := trading._replace_reserve(p_order, p_ctx);
    v_raise constant numeric := trading._replace_raise(p_order, v_reserve, p_qty, p_price, p_stop_price);
begin
    if v_raise <= 0 or not trading._caps_apply(p_order.account_id, v_reserve.bot_id) then
        return;
    end if;

    update trading.notional_slices as s
       set used = s.used + v_raise, bot_room = s.bot_room - v_raise, global_room = s.global_room - v_raise
     where s.account_id = v_reserve.account_id and s.bot_id = v_reserve.bot_id and s.day = v_reserve.day and s.currency = v_reserve.currency
       and s.slice = p_slice and (s.bot_room is null or s.bot_room >= v_raise) and (s.global_room is null or s.global_room >= v_raise);
    if not found then
        raise exception 'order % of account % changed while a replace of it was being asked for', p_order.order_id, p_order.account_id
            using errcode = '40001', hint = 'Nothing was recorded. Repeat the call.';
    end if;
    if not p_order.capped then
        perform trading._start_counting(v_reserve);
    end if;
    update trading.notional_reserves as r
       set amount = r.amount + v_raise
     where r.account_id = p_order.account_id and r.order_id = p_order.order_id;
end
$$;

comment on function trading._reserve_replace(trading.orders, integer, numeric, numeric, numeric, jsonb) is
    'Takes what a replace adds to what the order counts out of the slice that was locked for it. The caller holds the lock of the order, which is given as it stands.';
