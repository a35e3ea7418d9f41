select case when t.account_id is null then 'global' when t.bot_id is null then 'account' else 'bot' end as scope, a.name as account, b.name as bot, t.name as threshold,
       t.value, t.unit, t.updated_at, t.version
  from trading.fn_thresholds($1) as t
  left join trading.fn_accounts() as a on a.account_id = t.account_id
  left join trading.fn_bots() as b on b.account_id = t.account_id and b.bot_id = t.bot_id
 order by t.account_id nulls first, t.bot_id nulls first, t.name;
