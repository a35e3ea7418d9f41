update positions
   set signed_qty = ?3, open_cost = ?4, avg_price = ?5, realized_gross = ?6, fees = ?7, funding = ?8, realized_net = ?9, cycle = ?10,
       version = ?11, opened_at = ?12, last_fill_at = ?13, cycle_version = ?14, cycle_qty = ?15, cycle_entry_value = ?16,
       cycle_exit_value = ?17, cycle_low = ?18, cycle_high = ?19, cycle_gross_before = ?20, cycle_fees_before = ?21
 where account_id = ?1 and position_id = ?2
