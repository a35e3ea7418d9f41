select state, as_of from state_snapshots where account_id = ?1 and name = ?2 order by as_of desc, recorded_at desc limit 1
