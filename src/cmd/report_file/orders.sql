-- Orders by account and status, with what was filled.
select a.name as account, o.status, count(*) as orders, decimal_sum(o.cum_qty) as filled_qty
  from accounts as a
  join orders as o on o.account_id = a.account_id
 group by a.name, o.status
 order by a.name, o.status
