-- In the order of the fills they amend.
select f.account_id, f.instrument_id, f.position_key, f.position_version, e.kind, e.qty, e.price, e.fee, e.fee_currency, e.fee_rate,
       e.position_version as known_at
  from trading.fill_events as e
  join trading.fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
 where e.outcome = 'created'
   and ($1::uuid[] is null or e.account_id = any ($1::uuid[]))
 order by f.account_id, f.instrument_id, f.position_key collate "C", f.position_version, e.place
