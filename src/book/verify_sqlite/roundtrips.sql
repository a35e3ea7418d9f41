select r.account_id, r.instrument_id, r.position_key, r.cycle, r.side, iso(r.opened_at) as opened_at, iso(r.closed_at) as closed_at,
       r.qty, r.entry_value, r.exit_value, r.gross, r.fees, r.low, r.high, r.first_version, r.last_version
  from roundtrips as r
 where (?1 is null or r.account_id in (select value from json_each(?1)))
 order by r.account_id, r.instrument_id, r.position_key, r.cycle
