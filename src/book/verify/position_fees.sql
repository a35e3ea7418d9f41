select p.account_id, p.instrument_id, p.position_key, f.currency, f.fee_kind, f.amount, f.priced, f.converted
  from trading.position_fees as f
  join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by p.account_id, p.instrument_id, p.position_key collate "C", f.currency collate "C"
