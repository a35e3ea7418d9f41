select (extract(epoch from min(s.next_fire_at) - clock_timestamp()) * 1000000)::bigint from jobs.v_schedules as s
