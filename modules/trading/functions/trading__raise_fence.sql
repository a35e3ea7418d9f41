-- The lease is over at once, and its token is one that was given to nobody, so that none that was given counts.
create or replace function trading._raise_fence(p_account_id uuid, p_bot_id uuid, p_fence bigint, p_deploy_id uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    update trading.bot_leases as l
       set token = p_fence, expires_at = clock_timestamp(), renew_id = null, deploy_id = p_deploy_id
     where l.account_id = p_account_id and l.bot_id = p_bot_id;
end
$$;

comment on function trading._raise_fence(uuid, uuid, bigint, uuid) is
    'Fences off whoever holds the lease of the bot, which the caller has locked, and lets processes of that deploy acquire it.';
