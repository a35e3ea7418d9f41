-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._new_reserve(
    p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric)
returns trading.notional_reserves
language plpgsql stable
as $$
begin
    return row(p_account_id, p_order_id, coalesce(p_bot_id, '00000000-0000-0000-0000-000000000000'), trading._cap_day(), p_currency, p_price, p_multiplier,
            p_kind = 'inverse', 0, trim_scale(p_qty * p_multiplier * case when p_kind = 'inverse' then 1 else p_price end))::trading.notional_reserves;
end
$$;

comment on function trading._new_reserve(uuid, uuid, uuid, numeric, numeric, text, text, numeric) is
    'What an order that is submitted now by a bot, or null by none, counts in the currency in which its instrument is quoted; the amount is null when it has no price and needs one.';
