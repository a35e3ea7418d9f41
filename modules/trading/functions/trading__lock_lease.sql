create or replace function trading._lock_lease(p_account_id uuid, p_bot_id uuid) returns trading.bot_leases
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_lease trading.bot_leases;
begin
    select * into v_lease
      from trading.bot_leases as l
     where l.account_id = p_account_id and l.bot_id = p_bot_id
       for update;
    if not found then
        perform trading._refuse_bot(p_account_id, p_bot_id);
    end if;
    return v_lease;
end
$$;

comment on function trading._lock_lease(uuid, uuid) is
    'The lease of the bot, locked alone: waits for whoever submits as the bot. TB002 for an unknown bot.';
