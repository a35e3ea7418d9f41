select version, name, desired_state, image_tag, strategy_params, reason, changed_at, changed_by, ctx ->> 'actor' as actor, change_id
  from trading.bot_config_versions
 where account_id = $1 and bot_id = $2
 order by version desc
 limit $3::bigint;
