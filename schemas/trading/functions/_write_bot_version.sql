-- daybook mirror: function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb)
-- needs: trading/tables/bot_configs.sql

CREATE OR REPLACE FUNCTION trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    insert into trading.bot_config_versions (account_id, bot_id, version, change_id, name, desired_state, image_tag, strategy_params,
                                             reason, changed_at, ctx)
    values (p_bot.account_id, p_bot.bot_id, p_bot.version, p_change_id, p_bot.name, p_bot.desired_state, p_bot.image_tag, p_bot.strategy_params,
            p_reason, p_bot.updated_at, p_ctx);
    perform trading._emit_bot_version(p_bot, p_change_id, p_reason, p_ctx);
end
$function$;

alter function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) owner to daybook_api;

comment on function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) is 'Keeps the bot as it is from now on as a version, with an audit row and an event.';

revoke execute on function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) from public;
grant execute on function trading._write_bot_version(p_bot trading.bot_configs, p_change_id uuid, p_reason text, p_ctx jsonb) to daybook_owner;
