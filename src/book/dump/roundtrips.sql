select r.account_id, concat_ws('/', i.venue, i.symbol, i.kind) as instrument, r.position_key, r.cycle, r.side, r.opened_at, r.closed_at,
       r.qty, r.entry_value, r.exit_value, r.gross, r.fees, r.low, r.high, r.first_version, r.last_version
  from trading.roundtrips as r
  join ref.instruments as i on i.instrument_id = r.instrument_id
 where $1::uuid[] is null or r.account_id = any ($1::uuid[])
 order by r.account_id, i.venue collate "C", i.symbol collate "C", i.kind collate "C", r.position_key collate "C", r.cycle
