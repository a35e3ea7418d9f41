select f.outcome
  from bus.fn_finish_deliveries($1::uuid[], $2::integer[], $3::bigint[], $4::uuid[], $5::integer[], $6::text[], $7::bigint[], $8::integer[]) as f
 order by f.idx
