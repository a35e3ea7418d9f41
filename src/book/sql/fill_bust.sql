select outcome, event_id as id, conflict_field, refusal_code, refusal_detail, waiting, order_status, order_cum_qty, position_id,
       position_qty, position_avg_price, realized_pnl
  from trading.fn_bust_fill($1, $2, $3, $4, $5, $6, $7);
