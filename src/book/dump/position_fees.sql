select p.account_id, concat_ws('/', i.venue, i.symbol, i.kind) as instrument, p.position_key, f.currency, f.fee_kind, f.amount, f.priced,
       f.converted
  from trading.position_fees as f
  join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
  join ref.instruments as i on i.instrument_id = p.instrument_id
 where $1::uuid[] is null or f.account_id = any ($1::uuid[])
 order by p.account_id, i.venue collate "C", i.symbol collate "C", i.kind collate "C", p.position_key collate "C", f.currency collate "C"
