select since, as_of, run_id from performance_snapshots where account_id = ?1 and snapshot_id = ?2
