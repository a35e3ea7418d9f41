select s.outcome, $2::uuid as id, s.bot_id, s.version, s.conflict_field
  from (select $3::uuid as bot_id) as named
  left join trading.fn_bots($1) as b on b.bot_id = named.bot_id
 cross join lateral trading.fn_configure_bot(
           $1, $2, named.bot_id, coalesce($4, b.name), coalesce($5, b.desired_state, 'stopped'), coalesce($6, b.image_tag),
           coalesce($7::jsonb, b.strategy_params), $8, $9) as s;
