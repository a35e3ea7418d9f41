create or replace function trading.fn_bot_config(p_account_id uuid, p_bot_id uuid, p_limit integer default 100)
returns table (account_id uuid, bot_id uuid, version bigint, change_id uuid, name text, desired_state text, image_tag text,
               strategy_params jsonb, reason text, actor text, changed_at timestamptz, changed_by name)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select v.account_id, v.bot_id, v.version, v.change_id, v.name, v.desired_state, v.image_tag, v.strategy_params, v.reason,
               v.ctx ->> 'actor', v.changed_at, v.changed_by
          from trading.bot_config_versions as v
         where v.account_id = p_account_id and v.bot_id = p_bot_id
         order by v.version desc
         limit p_limit;
end
$$;

comment on function trading.fn_bot_config(uuid, uuid, integer) is
    'What a bot should be and should have been, newest first, at most p_limit versions: the first is in force. Each with who changed it and why.';
