-- A bust or correction whose fill is not in the book takes this lock alone and looks again, so that it cannot miss a fill
-- that is being recorded, nor that fill miss it. A snapshot that is older than the lock would; a read of the account's row
-- that must be the latest version notices that such an event came after it.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._enter_fills(p_account_id uuid) returns void
language plpgsql volatile
as $$
begin
    -- The lock, which is never null, is taken in the condition: a statement of its own costs three times as much.
    if pg_advisory_xact_lock_shared(hashtextextended('trading.fills ' || p_account_id, 0)) is null
       or current_setting('transaction_isolation') <> 'read committed'
    then
        perform 1 from trading.accounts as a where a.account_id = p_account_id for share;
    end if;
end
$$;

comment on function trading._enter_fills(uuid) is
    'Lets this transaction record fills of the account, beside others that do, while no bust or correction of an unknown fill comes in.';
