insert into aggregate_heads (aggregate_type, aggregate_id, version) values (?1, ?2, ?3)
on conflict (aggregate_type, aggregate_id) do update set version = max(version, excluded.version)
