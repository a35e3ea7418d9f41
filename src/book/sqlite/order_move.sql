update orders
   set lifecycle = ?3, pending = ?4, outcome_unknown = ?5, exchange_order_id = ?6, working_qty = ?7, working_price = ?8,
       working_stop_price = ?9, requested_qty = ?10, requested_price = ?11, requested_stop_price = ?12, cum_qty = ?13, cum_value = ?14,
       version = ?15, status = ?16, is_open = ?17, updated_at = ?18
 where account_id = ?1 and order_id = ?2
