-- A bust or correction whose fill is not in the book takes the lock of the account alone and looks again, so that it cannot miss a fill
-- that is being recorded, nor that fill miss it. A snapshot that is older than the lock would; a read of the account's row
-- that must be the latest version notices that such an event came after it.
--
-- Single fills of one instrument queue before its row: whoever waits for a row is woken by every change of hands, to wait for its next version, while
-- those in a queue are woken one by one. Only who holds no row yet may stand in the queue, or two with other business before could wait for each other;
-- the row is what keeps the rules, with or without it.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._enter_fills(p_account_id uuid, p_instrument_id uuid) returns boolean
language plpgsql volatile
as $$
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
$$;

comment on function trading._enter_fills(uuid, uuid) is
    'Lets this transaction record fills of the account, beside others that do, while no bust or correction of an unknown fill comes in. A single fill names its '
    'instrument and waits its turn with others of it. Always true.';
