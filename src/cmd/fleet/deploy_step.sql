select s.outcome, $2::uuid as id, s.deploy_id, s.state, s.config_version, s.conflict_field, s.refusal_code, s.refusal_detail
  from trading.fn_advance_deploy($1, coalesce($4::uuid, (select d.deploy_id from trading.fn_deploys($1, $3, 1) as d)), $2, $5, $6, $7,
                                 case when $5 = 'switching' then $8::bigint end, $9) as s;
