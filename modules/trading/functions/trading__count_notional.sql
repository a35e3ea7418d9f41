-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._count_notional() returns trigger
language plpgsql volatile
as $$
declare
    v_reserve trading.notional_reserves;
    v_amount numeric;
begin
    select * into strict v_reserve
      from trading.notional_reserves as r
     where r.account_id = new.account_id and r.order_id = new.order_id;
    v_amount := greatest(trading._order_notional(new, v_reserve) - v_reserve.base, 0);
    if v_amount <> v_reserve.amount then
        update trading.notional_reserves as r set amount = v_amount where r.account_id = new.account_id and r.order_id = new.order_id;
        insert into trading.notional_moves (account_id, order_id, order_version, bot_id, day, currency, amount)
        values (new.account_id, new.order_id, new.version, v_reserve.bot_id, v_reserve.day, v_reserve.currency, v_amount - v_reserve.amount);
    end if;
    return null;
end
$$;

comment on function trading._count_notional() is
    'Trigger of trading.orders: keeps what a capped order counts, whatever changed the order, and leaves the difference for the slices of its day.';
