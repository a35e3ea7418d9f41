create or replace function trading.fn_cash(p_account_id uuid)
returns table (account_id uuid, currency text, balance numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select b.account_id, b.currency, b.balance
          from trading.v_cash_balances as b
         where b.account_id = p_account_id
         order by b.currency;
end
$$;

comment on function trading.fn_cash(uuid) is
    'What an account holds of each currency, with the base currencies of its spot positions: opening balance, cash entries, trades, fees and funding.';
