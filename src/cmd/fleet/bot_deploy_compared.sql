select c.result, count(*) as decisions
  from trading.fn_deploys($1, $2, 1) as d
 cross join lateral trading.fn_compare_shadow($1, d.deploy_id) as c
 group by c.result
 order by c.result;
