insert into domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version, occurred_at, recorded_at, payload, ctx)
values (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
on conflict do nothing
