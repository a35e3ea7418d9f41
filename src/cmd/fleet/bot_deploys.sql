select d.deploy_id, d.image_tag, d.state, d.actor, d.reason, d.started_at, d.updated_at, d.shadow_orders, d.from_image_tag
  from trading.fn_deploys($1, $2, $3::integer) as d
 order by d.started_at desc, d.deploy_id;
