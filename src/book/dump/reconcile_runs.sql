select r.account_id, r.as_of, r.reconcile_id, r.book_cash, array_to_string(r.sections, ',') as sections,
       encode(r.state_hash, 'hex') as state_hash, r.differences, r.adjustments, r.undecided
  from trading.reconcile_runs as r
 where $1::uuid[] is null or r.account_id = any ($1::uuid[])
 order by r.account_id, r.as_of, r.reconcile_id
