select e.*
  from bus.fn_read_log(0::smallint, $1, $2, $3) as e
 where ($4::text is null or e.aggregate_type = $4) and ($5::text is null or e.aggregate_id = $5) and ($6::uuid is null or e.account_id = $6);
