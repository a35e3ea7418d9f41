select outcome, event_id as id, conflict_field, null::text as refusal_code, null::text as refusal_detail
  from trading.fn_record_bot_event($1, $2, $3, $4, $5, $6, $7, $8, $9);
