create or replace function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into trading.bot_config_versions (account_id, bot_id, version, change_id, name, desired_state, image_tag, strategy_params,
                                             reason, changed_at, ctx)
    values (p_bot.account_id, p_bot.bot_id, p_bot.version, p_change_id, p_bot.name, p_bot.desired_state, p_bot.image_tag, p_bot.strategy_params,
            p_reason, p_bot.updated_at, p_ctx);
    perform trading._emit_bot_version(p_bot, p_change_id, p_reason, p_ctx);
end
$$;

comment on function trading._write_bot_version(trading.bot_configs, uuid, text, jsonb) is
    'Keeps the bot as it is from now on as a version, with an audit row and an event.';
