select scope, halt_id, since, actor, reason
  from trading.fn_risk_status($1)
 where bot_id is null or bot_id = $2
 order by since, halt_id;
