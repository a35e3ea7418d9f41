select outcome, account_id as id, null::text as conflict_field, refusal_code, refusal_detail
  from trading.fn_close_account($1, $2, $3);
