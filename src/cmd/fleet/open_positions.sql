select count(*) as positions
  from trading.fn_positions($1, true);
