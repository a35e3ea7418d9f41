create or replace function market.fn_subscriptions(p_account_id uuid, p_bot_id uuid default null)
returns table (account_id uuid, bot_id uuid, instrument_id uuid, stream text, changed_at timestamptz, version bigint)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    return query
        select s.account_id, s.bot_id, s.instrument_id, s.stream, s.changed_at, s.version
          from market.symbol_subscriptions as s
         where s.account_id = p_account_id and coalesce(s.bot_id = p_bot_id, true) and s.active
         order by s.bot_id, s.instrument_id, s.stream;
end
$$;
comment on function market.fn_subscriptions(uuid, uuid) is 'What the bots of an account, or one of them, are subscribed to. 42501 without the right to read the account.';
