select a.status, a.position_mode, a.currency, a.opening_balance, a.version, f.state, f.place
  from accounts as a
  left join account_fences as f on f.account_id = a.account_id and f.state in ('leaving', 'moved', 'arriving')
 where a.account_id = ?1
