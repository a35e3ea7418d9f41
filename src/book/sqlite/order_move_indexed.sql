update orders
   set lifecycle = ?3, pending = ?4, outcome_unknown = ?5, working_qty = ?6, working_price = ?7, working_stop_price = ?8,
       requested_qty = ?9, requested_price = ?10, requested_stop_price = ?11, cum_qty = ?12, cum_value = ?13, version = ?14,
       status = ?15, updated_at = ?16, exchange_order_id = ?17, is_open = ?18
 where account_id = ?1 and order_id = ?2
