-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._take_notional(p_account_id uuid, p_bot_id uuid, p_day date, p_currency text, p_amount numeric)
returns trading.notional_answer
language plpgsql volatile
as $$
declare
    v_slice constant integer := trading._free_slice(p_account_id, p_bot_id, p_day, p_currency, p_amount);
begin
    if v_slice is not null then
        return row(v_slice, null, null)::trading.notional_answer;
    end if;
    return trading._refill_slice(p_account_id, p_bot_id, p_day, p_currency, p_amount);
end
$$;

comment on function trading._take_notional(uuid, uuid, date, text, numeric) is
    'Locks a slice of the bot and day that has room for the amount, and returns its number; or why there is none: cap or cap_price.';
