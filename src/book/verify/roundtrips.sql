select r.account_id, r.instrument_id, r.position_key, r.cycle, r.side, r.opened_at, r.closed_at, r.qty, r.entry_value, r.exit_value,
       r.gross, r.fees, r.low, r.high, r.first_version, r.last_version
  from trading.roundtrips as r
 where $1::uuid[] is null or r.account_id = any ($1::uuid[])
 order by r.account_id, r.instrument_id, r.position_key collate "C", r.cycle
