select c.result, c.side, c.instrument_id, c.blue_at, c.green_at, c.order_id, c.shadow_order_id, c.differences
  from trading.fn_deploys($1, $2, 1) as d
 cross join lateral trading.fn_compare_shadow($1, d.deploy_id) as c
 where c.result <> 'matched'
 order by coalesce(c.blue_at, c.green_at), c.order_id, c.shadow_order_id
 limit $3::bigint;
