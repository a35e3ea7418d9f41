-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._take_notional(p_reserve trading.notional_reserves, p_amount numeric) returns trading.notional_answer
language plpgsql volatile
as $$
declare
    v_answer trading.notional_answer;
begin
    v_answer.slice := trading._free_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, p_amount);
    if v_answer.slice is null then
        v_answer := trading._refill_slice(p_reserve.account_id, p_reserve.bot_id, p_reserve.day, p_reserve.currency, p_amount);
    end if;
    return v_answer;
end
$$;

comment on function trading._take_notional(trading.notional_reserves, numeric) is
    'Locks a slice that has room for so much more of what the reserve says, and returns its number; or why there is none: cap or cap_price.';
