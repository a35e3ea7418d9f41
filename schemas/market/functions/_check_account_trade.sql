-- daybook mirror: function market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text)

CREATE OR REPLACE FUNCTION market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform util.require_amount(format('p_prices[%s]', p_idx), p_price),
            util.require_amount(format('p_quantities[%s]', p_idx), p_quantity),
            util.require_amount(format('p_quote_quantities[%s]', p_idx), p_quote_quantity, false),
            util.require_amount(format('p_fees[%s]', p_idx), p_fee, false);
    if p_trade_id is null or p_traded_at is null or not isfinite(p_traded_at) or p_side is null or p_side not in ('buy', 'sell')
       or p_price <= 0 or p_quantity <= 0 or (p_fee is null) <> (p_fee_currency is null)
    then
        raise exception 'trade % of the call is malformed: id %, time %, side %, price %, quantity %, fee % %', p_idx, p_trade_id, p_traded_at,
                p_side, p_price, p_quantity, p_fee, p_fee_currency
            using errcode = 'TB001',
                  hint = 'A trade has an id, a time, side buy or sell, and price and quantity above zero; a fee comes with its currency.';
    end if;
end
$function$;

alter function market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text) owner to daybook_api;

comment on function market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text) is 'Returns if this is a trade as a venue lists it, else TB001 naming its place.';

revoke execute on function market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text) from public;
grant execute on function market._check_account_trade(p_idx integer, p_trade_id bigint, p_traded_at timestamp with time zone, p_side text, p_price numeric, p_quantity numeric, p_quote_quantity numeric, p_fee numeric, p_fee_currency text) to daybook_owner;
