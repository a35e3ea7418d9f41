select c.scope, a.name as account, b.name as bot, c.currency, c.limit_amount as "limit", c.used, c.open, c.allowed, c.day, c.slice, c.version
  from trading.fn_caps($1) as c
  left join trading.fn_accounts() as a on a.account_id = c.account_id
  left join trading.fn_bots() as b on b.account_id = c.account_id and b.bot_id = c.bot_id
 order by c.scope desc, a.name, b.name, c.currency;
