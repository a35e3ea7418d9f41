-- daybook mirror: function trading._enter_orders(p_account_id uuid)

CREATE OR REPLACE FUNCTION trading._enter_orders(p_account_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('trading.risk_state', 0)),
            pg_advisory_xact_lock_shared(hashtextextended('trading.risk_state ' || p_account_id, 0));
    if current_setting('transaction_isolation') <> 'read committed' then
        perform 1 from trading.risk_latch as l for share;
        perform 1 from trading.accounts as a where a.account_id = p_account_id for share;
    end if;
end
$function$;

alter function trading._enter_orders(p_account_id uuid) owner to daybook_api;

comment on function trading._enter_orders(p_account_id uuid) is 'Lets this transaction ask for orders of the account, beside others that do, while nobody halts it.';

revoke execute on function trading._enter_orders(p_account_id uuid) from public;
grant execute on function trading._enter_orders(p_account_id uuid) to daybook_owner;
