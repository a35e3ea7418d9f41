select s.outcome, $1::uuid as id, s.state, s.conflict_field
  from bus.fn_set_webhook($1::uuid, $2, $3::text[], $4::text[], $5::uuid, $6::jsonb, $7::bigint, $8::jsonb) as s;
