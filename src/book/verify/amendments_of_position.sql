-- Of one position, $2 to $4, what was known before its version $5.
select f.account_id, f.instrument_id, f.position_key, f.position_version, e.kind, e.qty, e.price, e.fee, e.fee_currency, e.fee_rate,
       e.position_version as known_at
  from trading.fill_events as e
  join trading.fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
 where e.outcome = 'created'
   and ($1::uuid[] is null or e.account_id = any ($1::uuid[]))
   and f.account_id = $2 and f.instrument_id = $3 and f.position_key = $4 and f.position_version < $5
   and coalesce(e.position_version < $5, true)
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.position_version, e.place
