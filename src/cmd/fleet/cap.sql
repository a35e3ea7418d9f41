select outcome, $1::uuid as id, version, conflict_field
  from trading.fn_set_cap($1, case when $3::text is null then 'global' else 'bot' end, $2::uuid, $3::uuid, $4, $5::numeric, $6::numeric, $7, $8, $9);
