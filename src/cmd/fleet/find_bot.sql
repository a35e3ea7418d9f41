select account_id, bot_id
  from trading.fn_bots($1)
 where bot_id::text = lower($2) or name = $2
 order by account_id, bot_id;
