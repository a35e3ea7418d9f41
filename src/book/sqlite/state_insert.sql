insert into state_snapshots (account_id, snapshot_id, name, as_of, state, recorded_at, ctx) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
on conflict (account_id, snapshot_id) do nothing
returning snapshot_id
