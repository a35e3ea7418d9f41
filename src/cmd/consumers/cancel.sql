select outcome, fed, refusal_code, refusal_detail from bus.fn_cancel_replay($1, $2);
