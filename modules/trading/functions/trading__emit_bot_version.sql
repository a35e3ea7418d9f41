create or replace function trading._emit_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform audit._write('trading.configure_bot', 'bot', p_bot.bot_id::text, p_bot.account_id, 'created', null,
        jsonb_build_object('change_id', p_change_id, 'version', p_bot.version, 'desired_state', p_bot.desired_state, 'reason', p_reason), p_ctx);
    perform bus.fn_emit_domain_event('trading.bot_configured', p_bot.bot_id::text,
        jsonb_strip_nulls(jsonb_build_object('bot_id', p_bot.bot_id, 'version', p_bot.version, 'change_id', p_change_id, 'name', p_bot.name,
            'desired_state', p_bot.desired_state, 'image_tag', p_bot.image_tag, 'reason', p_reason))
            || jsonb_build_object('strategy_params', p_bot.strategy_params),
        p_bot.updated_at, null, p_bot.account_id, p_ctx);
end
$$;

comment on function trading._emit_bot_version(trading.bot_configs, uuid, text, jsonb) is
    'Says what a bot is from now on: an audit row and an event.';
