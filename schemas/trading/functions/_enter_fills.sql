-- daybook mirror: function trading._enter_fills(p_account_id uuid, p_instrument_id uuid)

CREATE OR REPLACE FUNCTION trading._enter_fills(p_account_id uuid, p_instrument_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
    -- Locks, which are never null, are taken in the condition: a statement of its own costs three times as much.
    if p_instrument_id is not null and pg_current_xact_id_if_assigned() is null
       and pg_advisory_xact_lock(uuid_hash_extended(p_account_id, uuid_hash_extended(p_instrument_id, 0))) is null
       or pg_advisory_xact_lock_shared(hashtextextended('trading.fills ' || p_account_id, 0)) is null
       or current_setting('transaction_isolation') <> 'read committed'
    then
        perform 1 from trading.accounts as a where a.account_id = p_account_id for share;
    end if;
    return true;
end
$function$;

alter function trading._enter_fills(p_account_id uuid, p_instrument_id uuid) owner to daybook_api;

comment on function trading._enter_fills(p_account_id uuid, p_instrument_id uuid) is 'Lets this transaction record fills of the account, beside others that do, while no bust or correction of an unknown fill comes in. A single fill names its instrument and waits its turn with others of it. Always true.';

revoke execute on function trading._enter_fills(p_account_id uuid, p_instrument_id uuid) from public;
grant execute on function trading._enter_fills(p_account_id uuid, p_instrument_id uuid) to daybook_owner;
