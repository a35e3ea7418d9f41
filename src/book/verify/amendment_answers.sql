-- In the order in which they were recorded in their position.
select f.account_id, f.instrument_id, f.position_key, e.position_version, e.event_id, e.position_cycle, e.position_qty,
       e.position_avg_price, e.position_realized
  from trading.fill_events as e
  join trading.fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
 where e.outcome = 'created' and e.position_version is not null
   and ($1::uuid[] is null or e.account_id = any ($1::uuid[]))
 order by f.account_id, f.instrument_id, f.position_key collate "C", e.position_version
