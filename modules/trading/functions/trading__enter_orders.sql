-- A halt takes these locks alone, one or the other, before it is written. So whoever submits has either ended when the halt is in
-- force, or comes after it and looks into trading.risk_state with a snapshot that shows it. A snapshot that is older than the lock
-- would not; reads of two rows that every halt changes, and that must be the latest versions, notice that.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._enter_orders(p_account_id uuid) returns void
language plpgsql volatile
as $$
begin
    perform pg_advisory_xact_lock_shared(hashtextextended('trading.risk_state', 0)),
            pg_advisory_xact_lock_shared(hashtextextended('trading.risk_state ' || p_account_id, 0));
    if current_setting('transaction_isolation') <> 'read committed' then
        perform 1 from trading.risk_latch as l for share;
        perform 1 from trading.accounts as a where a.account_id = p_account_id for share;
    end if;
end
$$;

comment on function trading._enter_orders(uuid) is
    'Lets this transaction ask for orders of the account, beside others that do, while nobody halts it.';
