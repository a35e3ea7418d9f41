select r.account_id, iso(r.as_of) as as_of, r.reconcile_id, boolean(r.book_cash) as book_cash, r.sections, r.state_hash, r.differences,
       r.adjustments, r.undecided
  from reconcile_runs as r
 where (?1 is null or r.account_id in (select value from json_each(?1)))
 order by r.account_id, r.as_of, r.reconcile_id
