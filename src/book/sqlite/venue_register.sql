insert into venues (code, name, registered_at, ctx) values (?1, ?2, ?3, ?4) on conflict (code) do nothing returning code
