select outcome, payment_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail, amount, currency, position_qty
  from trading.fn_record_funding($1, $2, $3, $4, $5, $6, $7, $8, $9);
