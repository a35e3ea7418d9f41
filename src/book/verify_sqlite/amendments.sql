-- In the order of the fills they amend.
select f.account_id, f.instrument_id, f.position_key, f.position_version, e.kind, e.qty, e.price, e.fee, e.fee_currency, e.fee_rate,
       e.position_version as known_at
  from fill_events as e
  join fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id
 where e.outcome = 'created'
   and (?1 is null or e.account_id in (select value from json_each(?1)))
 order by f.account_id, f.instrument_id, f.position_key, f.position_version, e.place
