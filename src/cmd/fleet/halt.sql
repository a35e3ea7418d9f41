select outcome, halt_id as id, since, halted, conflict_field
  from trading.fn_halt($1, case when $3::text is not null then 'bot' when $2::text is not null then 'account' else 'global' end, $2::uuid, $3::uuid, $4, $5, $6);
