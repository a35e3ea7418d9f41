-- What came and went after ?2 (null: ever) until ?3, with its rate.
select c.occurred_at, c.currency, c.amount,
       case when c.currency = a.currency then '1'
            else coalesce((select json_extract(e.rates, '$."' || c.currency || '"')
                             from equity_points as e
                            where e.account_id = ?1 and e.as_of >= c.occurred_at
                            order by e.as_of, e.recorded_at desc, e.point_id
                            limit 1),
                          (select json_extract(e.rates, '$."' || c.currency || '"')
                             from equity_points as e
                            where e.account_id = ?1 and e.as_of < c.occurred_at
                            order by e.as_of desc, e.recorded_at desc, e.point_id
                            limit 1))
       end as rate
  from cash_entries as c
  join accounts as a on a.account_id = ?1
 where c.account_id = ?1 and c.kind in ('deposit', 'withdrawal', 'transfer') and (?2 is null or c.occurred_at > ?2) and c.occurred_at <= ?3
