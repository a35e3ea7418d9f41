select b.account_id, b.bot_id, a.name as account, b.name as bot
  from trading.fn_bots($1) as b
  join trading.fn_accounts() as a on a.account_id = b.account_id
 where coalesce(b.bot_id = $2, b.held or b.desired_state <> 'stopped')
 order by b.account_id, b.bot_id;
