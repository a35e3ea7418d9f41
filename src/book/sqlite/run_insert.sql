insert into runs (account_id, run_id, kind, strategy, code_revision, params, started_at, ctx) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
on conflict (account_id, run_id) do nothing
returning run_id
