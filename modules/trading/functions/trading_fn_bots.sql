create or replace function trading.fn_bots(p_account_id uuid default null)
returns table (account_id uuid, bot_id uuid, name text, desired_state text, image_tag text, strategy_params jsonb, version bigint,
               updated_at timestamptz, holder text, held boolean, expires_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select b.account_id, b.bot_id, b.name, b.desired_state, b.image_tag, b.strategy_params, b.version, b.updated_at, l.holder,
               l.expires_at > clock_timestamp(), nullif(l.expires_at, '-infinity')
          from trading.fn_accounts() as a
          join trading.bot_configs as b on b.account_id = a.account_id
          join trading.bot_leases as l on l.account_id = b.account_id and l.bot_id = b.bot_id
         where p_account_id is null or a.account_id = p_account_id
         order by b.account_id, b.name, b.bot_id;
end
$$;

comment on function trading.fn_bots(uuid) is
    'The bots of an account, or of those that the caller may read: what they should be, who holds or held the lease last, and whether it is in force. Tokens are not told.';
