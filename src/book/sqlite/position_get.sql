select position_id, kind, base_currency, currency, multiplier, signed_qty, open_cost, realized_gross, fees, funding, cycle, version, opened_at,
       last_fill_at, cycle_version, cycle_qty, cycle_entry_value, cycle_exit_value, cycle_low, cycle_high, cycle_gross_before, cycle_fees_before
  from positions
 where account_id = ?1 and instrument_id = ?2 and position_key = ?3
