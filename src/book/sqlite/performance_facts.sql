-- What fills realised and their fees, funding, and what round trips made that ended, from ?2 on (null: ever) and before ?3 (null: ever),
-- with the rate into the currency of the account: that of the next equity point, the one that valued what came of it; after the last
-- point, that of the last.
with fact as (
    select 'fill' as what, t.filled_at as at, p.currency, t.realized_net as amount
      from trades as t
      join positions as p on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
     where t.account_id = ?1
    union all
    select 'fee', t.filled_at, p.currency, decimal_sub(t.realized_gross, t.realized_net)
      from trades as t
      join positions as p on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
     where t.account_id = ?1
    union all
    select 'funding', y.funding_time, y.currency, y.amount
      from funding_payments as y
     where y.account_id = ?1
    union all
    select 'trip', c.closed_at, p.currency, decimal_add(decimal_sub(c.gross, c.fees), c.funding)
      from cycles as c
      join positions as p on p.account_id = c.account_id and p.position_id = c.position_id
     where c.account_id = ?1
)
select f.what, f.currency, f.amount,
       case when f.currency = a.currency then '1'
            else coalesce((select json_extract(e.rates, '$."' || f.currency || '"')
                             from equity_points as e
                            where e.account_id = ?1 and e.as_of >= f.at
                            order by e.as_of, e.recorded_at desc, e.point_id
                            limit 1),
                          (select json_extract(e.rates, '$."' || f.currency || '"')
                             from equity_points as e
                            where e.account_id = ?1 and e.as_of < f.at
                            order by e.as_of desc, e.recorded_at desc, e.point_id
                            limit 1))
       end as rate
  from fact as f
  join accounts as a on a.account_id = ?1
 where (?2 is null or f.at >= ?2)
   and (?3 is null or f.at < ?3)
