select f.state, f.place
  from account_fences as f
 where f.state in ('leaving', 'moved') and not exists (select 1 from accounts as a where a.account_id = ?1)
    or f.state = 'arriving' and f.account_id = ?1 and not exists (select 1 from accounts as a where a.account_id = ?1)
 limit 1
