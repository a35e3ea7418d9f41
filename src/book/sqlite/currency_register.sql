insert into currencies (code, name, kind, registered_at, ctx) values (?1, ?2, ?3, ?4, ?5) on conflict (code) do nothing returning code
