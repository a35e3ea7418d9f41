select p.account_id, p.instrument_id, p.position_key, i.venue || '/' || i.symbol || '/' || i.kind as instrument, p.kind, p.base_currency,
       p.currency, p.multiplier, p.signed_qty, p.open_cost, p.avg_price, p.realized_gross, p.fees, p.funding, p.realized_net, p.cycle,
       p.version, iso(p.opened_at) as opened_at, iso(p.last_fill_at) as last_fill_at, p.cycle_version, p.cycle_qty, p.cycle_entry_value,
       p.cycle_exit_value, p.cycle_low, p.cycle_high, p.cycle_gross_before, p.cycle_fees_before
  from positions as p
  join instruments as i on i.instrument_id = p.instrument_id
 where (?1 is null or p.account_id in (select value from json_each(?1)))
 order by p.account_id, p.instrument_id, p.position_key
