select f.fill_id, f.side, f.qty, exists (select 1 from fill_events as e where e.account_id = f.account_id and e.fill_id = f.fill_id)
  from fills as f
 where f.account_id = ?1 and f.instrument_id = ?2 and f.position_key = ?3 and f.filled_at <= ?4
