-- daybook mirror: function trading.fn_cash(p_account_id uuid)

CREATE OR REPLACE FUNCTION trading.fn_cash(p_account_id uuid)
 RETURNS TABLE(account_id uuid, currency text, balance numeric)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select b.account_id, b.currency, b.balance
          from trading.v_cash_balances as b
         where b.account_id = p_account_id
         order by b.currency;
end
$function$;

alter function trading.fn_cash(p_account_id uuid) owner to daybook_api;

comment on function trading.fn_cash(p_account_id uuid) is 'What an account holds of each currency, with the base currencies of its spot positions: opening balance, cash entries, trades, fees and funding.';

revoke execute on function trading.fn_cash(p_account_id uuid) from public;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_app;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_bot;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_executor;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_manager;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_owner;
grant execute on function trading.fn_cash(p_account_id uuid) to daybook_risk;
