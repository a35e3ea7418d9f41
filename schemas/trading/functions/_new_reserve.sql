-- daybook mirror: function trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric)
-- needs: trading/tables/notional_reserves.sql

CREATE OR REPLACE FUNCTION trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric)
 RETURNS trading.notional_reserves
 LANGUAGE plpgsql
 STABLE
AS $function$
begin
    return row(p_account_id, p_order_id, coalesce(p_bot_id, '00000000-0000-0000-0000-000000000000'), trading._cap_day(), p_currency, p_price, p_multiplier,
            p_kind = 'inverse', 0, trim_scale(p_qty * p_multiplier * case when p_kind = 'inverse' then 1 else p_price end))::trading.notional_reserves;
end
$function$;

alter function trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric) owner to daybook_api;

comment on function trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric) is 'What an order that is submitted now by a bot, or null by none, counts in the currency in which its instrument is quoted; the amount is null when it has no price and needs one.';

revoke execute on function trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric) from public;
grant execute on function trading._new_reserve(p_account_id uuid, p_order_id uuid, p_bot_id uuid, p_qty numeric, p_price numeric, p_kind text, p_currency text, p_multiplier numeric) to daybook_owner;
