-- The trigger of trading.orders counts what the order comes to.
-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
create or replace function trading._start_counting(p_reserve trading.notional_reserves) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    p_reserve.amount := 0;
    perform trading._make_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, 1);
    insert into trading.notional_reserves values (p_reserve.*);
    update trading.orders as o set capped = true where o.account_id = p_reserve.account_id and o.order_id = p_reserve.order_id;
end
$$;

comment on function trading._start_counting(trading.notional_reserves) is
    'From now on an order that is in the book counts, though its cap be used up: it is at the venue. The caller holds its lock.';
