-- The point that the curve begins with, whether anything had happened before, and the first point after.
select (select max(e.as_of) from equity_points as e where e.account_id = ?1 and e.as_of <= ?2),
       ?2 is null or not exists (select 1 from fills as f where f.account_id = ?1 and f.filled_at < ?2
                                 union all
                                 select 1 from cash_entries as c where c.account_id = ?1 and c.occurred_at < ?2
                                 union all
                                 select 1 from funding_payments as y where y.account_id = ?1 and y.funding_time < ?2),
       (select min(e.as_of) from equity_points as e where e.account_id = ?1 and e.as_of > ?2 and (?3 is null or e.as_of <= ?3))
