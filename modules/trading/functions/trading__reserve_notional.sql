-- daybook-lint: allow state-change-without-event until 2028-06-30: what an order counts is told by the events of the order
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._reserve_notional(p_reserve trading.notional_reserves, p_slice integer) returns void
language plpgsql volatile
as $$
begin
    update trading.notional_slices as s
       set used = s.used + p_reserve.amount, bot_room = s.bot_room - p_reserve.amount, global_room = s.global_room - p_reserve.amount
     where s.account_id = p_reserve.account_id and s.bot_id = p_reserve.bot_id and s.day = p_reserve.day and s.currency = p_reserve.currency
       and s.slice = p_slice;
    insert into trading.notional_reserves values (p_reserve.*);
end
$$;

comment on function trading._reserve_notional(trading.notional_reserves, integer) is
    'Takes what a new order counts out of a slice, which the caller has locked and found to have room for it.';
