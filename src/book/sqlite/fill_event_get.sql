select fill_id, kind, qty, price, fee, fee_currency, fee_rate, leaves_qty, reason, outcome, refusal_code, refusal_detail, order_version,
       order_status, order_cum_qty, position_qty, position_avg_price, position_realized
  from fill_events
 where account_id = ?1 and event_id = ?2
