insert into aggregate_heads (aggregate_type, aggregate_id, version) values (?1, ?2, 1)
on conflict (aggregate_type, aggregate_id) do update set version = version + 1
returning version
