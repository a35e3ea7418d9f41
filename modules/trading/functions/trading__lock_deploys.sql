-- Locks of deploys, before all others: what is deployed, its deploys, then the lease and the row of the bot.
create or replace function trading._lock_deploys(p_account_id uuid, p_subject text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('trading.deploys ' || p_account_id || p_subject, 0));
end
$$;

comment on function trading._lock_deploys(uuid, text) is
    'Lets one transaction at a time begin or move a deploy of the bot or service.';
