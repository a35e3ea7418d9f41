select name, as_of, state from state_snapshots where account_id = ?1 and snapshot_id = ?2
