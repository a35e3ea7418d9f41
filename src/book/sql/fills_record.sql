select outcome, fill_id as id, conflict_field, refusal_code, refusal_detail, order_status, order_cum_qty, position_id, position_qty,
       position_avg_price, realized_pnl, array_to_string(flags, ',') as flags
  from trading.fn_record_fills($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
 order by idx;
