select s.step, s.from_state, s.to_state, s.outcome, s.at, s.actor, s.reason, s.refusal_code, s.refusal_detail
  from trading.fn_deploys($1, $2, 1) as d
 cross join lateral trading.fn_deploy_steps($1, d.deploy_id) as s
 order by s.step;
