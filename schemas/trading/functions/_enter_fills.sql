-- daybook mirror: function trading._enter_fills(p_account_id uuid)

CREATE OR REPLACE FUNCTION trading._enter_fills(p_account_id uuid)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    -- The lock, which is never null, is taken in the condition: a statement of its own costs three times as much.
    if pg_advisory_xact_lock_shared(hashtextextended('trading.fills ' || p_account_id, 0)) is null
       or current_setting('transaction_isolation') <> 'read committed'
    then
        perform 1 from trading.accounts as a where a.account_id = p_account_id for share;
    end if;
end
$function$;

alter function trading._enter_fills(p_account_id uuid) owner to daybook_api;

comment on function trading._enter_fills(p_account_id uuid) is 'Lets this transaction record fills of the account, beside others that do, while no bust or correction of an unknown fill comes in.';

revoke execute on function trading._enter_fills(p_account_id uuid) from public;
grant execute on function trading._enter_fills(p_account_id uuid) to daybook_owner;
