-- Accounts with their last valuation. Results in other currencies than the account's are not added up.
select a.name, a.venue, a.mode, a.currency, (select count(*) from orders as o where o.account_id = a.account_id) as orders,
       (select count(*) from fills as f where f.account_id = a.account_id) as fills,
       (select count(*) from positions as p where p.account_id = a.account_id and p.signed_qty <> '0') as open_positions,
       coalesce((select decimal_sum(p.realized_net)
                   from positions as p
                  where p.account_id = a.account_id and p.currency = a.currency), '0') as realized_pnl,
       coalesce((select decimal_sum(p.fees)
                   from positions as p
                  where p.account_id = a.account_id and p.currency = a.currency), '0') as fees,
       e.balance, e.unrealized as unrealized_pnl, e.equity, boolean(e.complete) as equity_complete,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.as_of / 1000000, 'unixepoch') as equity_as_of
  from accounts as a
  left join equity_points as e
    on e.account_id = a.account_id
   and e.point_id = (select x.point_id
                       from equity_points as x
                      where x.account_id = a.account_id
                      order by x.as_of desc, x.recorded_at desc
                      limit 1)
 order by a.name, a.account_id
