select coalesce(f.state, case when a.account_id is null then 'unknown' else 'here' end), f.place, f.move_id::text, f.progress::text
  from (select $1::uuid as account_id) as asked
  left join settings.account_fences as f on f.account_id = asked.account_id
  left join trading.accounts as a on a.account_id = asked.account_id
