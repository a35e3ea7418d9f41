select f.outcome, $2::text as venue, $3::text as kind, to_char(f.stated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stated_at,
       f.instruments, f.passed_over, f.changed, f.conflict_field
  from market.fn_record_exchange_info($1, $2, $3, $4::jsonb, $5::jsonb) as f;
