select outcome, after_seq, refusal_code, refusal_detail from bus.fn_reset_consumer($1, $2, $3, $4);
