select state, version
  from trading.fn_strategy_state($1, $2, $3);
