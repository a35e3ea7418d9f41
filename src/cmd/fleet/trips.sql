select case when e.account_id is null then 'global' when e.bot_id is null then 'account' else 'bot' end as scope, a.name as account, b.name as bot, e.tripped_at,
       e.breaker, e.threshold, e.threshold_value, e.value, e.action, e.halt_id, e.actor, e.reason
  from trading.fn_risk_events($1, p_limit => $2::integer) as e
  left join trading.fn_accounts() as a on a.account_id = e.account_id
  left join trading.fn_bots() as b on b.account_id = e.account_id and b.bot_id = e.bot_id
 order by e.tripped_at desc, e.event_id desc;
