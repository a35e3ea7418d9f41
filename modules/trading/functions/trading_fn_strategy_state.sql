create or replace function trading.fn_strategy_state(p_account_id uuid, p_bot_id uuid, p_name text default null)
returns table (name text, version bigint, state jsonb, saved_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');

    return query
        select s.name, s.version, s.state, s.saved_at
          from trading.bot_strategy_state as s
         where s.account_id = p_account_id and s.bot_id = p_bot_id and coalesce(s.name = p_name, true)
         order by s.name;
end
$$;

comment on function trading.fn_strategy_state(uuid, uuid, text) is
    'What the strategy of a bot saved last, under one name or all. No row when there is none. Tokens are not told.';
