-- Of one position, ?2 to ?4, what was known before its version ?5.
select f.account_id, f.instrument_id, f.position_key, f.position_version, e.kind, e.qty, e.price, e.fee, e.fee_currency, e.fee_rate,
       e.position_version as known_at
  from fills as f
  join fill_events as e on e.account_id = f.account_id and e.fill_id = f.fill_id
 where (?1 is null or f.account_id in (select value from json_each(?1)))
   and f.account_id = ?2 and f.instrument_id = ?3 and f.position_key = ?4 and f.position_version < ?5
   and e.outcome = 'created' and coalesce(e.position_version < ?5, true)
 order by f.account_id, f.instrument_id, f.position_key, f.position_version, e.place
