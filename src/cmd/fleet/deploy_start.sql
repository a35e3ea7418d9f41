select s.outcome, s.deploy_id as id, s.state, s.conflict_field, s.refusal_code, s.refusal_detail
  from trading.fn_bots($1) as b
 cross join lateral trading.fn_start_deploy($1, $2, b.bot_id, $4, coalesce($5::jsonb, b.strategy_params), $6, $7,
                                            $8::bigint * interval '1 millisecond', $9) as s
 where b.bot_id = $3;
