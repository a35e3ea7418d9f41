-- Shared with others that act as the bot, and held until the end of the transaction: fn_acquire_lease() waits for it, so no order that
-- was let through by a token commits after a later token was given. A renewal does not wait.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._enter_bot(p_account_id uuid, p_bot_id uuid) returns void
language plpgsql volatile
as $$
begin
    perform 1 from trading.bot_leases as l where l.account_id = p_account_id and l.bot_id = p_bot_id for key share;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
end
$$;

comment on function trading._enter_bot(uuid, uuid) is
    'Lets this transaction act as the bot while nobody acquires its lease; TB002 for an unknown bot.';
