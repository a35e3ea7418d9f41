-- Orders by account and status, with what was filled.
select a.name as account, o.status, count(*) as orders, sum(o.cum_qty) as filled_qty
  from trading.fn_account_summary() a
 cross join lateral trading.fn_orders(a.account_id, null, 2147483647) o
 group by a.name, o.status
 order by a.name, o.status;
