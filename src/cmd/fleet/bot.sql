select a.name as account, b.account_id, b.name as bot, b.bot_id, b.desired_state, b.image_tag, b.version, b.updated_at, b.held, b.holder, b.expires_at,
       case when b.held then extract(epoch from b.expires_at - clock_timestamp())::numeric(12, 1) end as lease_left_s, b.strategy_params
  from trading.fn_bots($1) as b
  join trading.fn_accounts() as a on a.account_id = b.account_id
 where b.bot_id = $2;
