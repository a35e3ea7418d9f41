select h.scope, a.name as account, b.name as bot, h.halt_id, h.since, h.actor, h.reason
  from trading.fn_risk_status($1) as h
  left join trading.fn_accounts() as a on a.account_id = h.account_id
  left join trading.fn_bots() as b on b.account_id = h.account_id and b.bot_id = h.bot_id
 order by h.since, h.halt_id;
