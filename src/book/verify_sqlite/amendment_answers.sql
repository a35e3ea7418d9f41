-- In the order in which they were recorded in their position.
select f.account_id, f.instrument_id, f.position_key, e.position_version, e.event_id, e.position_cycle, e.position_qty,
       e.position_avg_price, e.position_realized
  from fill_events as e
  join fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
 where e.outcome = 'created' and e.position_version is not null
   and (?1 is null or e.account_id in (select value from json_each(?1)))
 order by f.account_id, f.instrument_id, f.position_key, e.position_version
