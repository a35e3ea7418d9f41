select m.outcome, m.state, m.refusal_code, m.refusal_detail from trading.fn_move_account($1, $2, $3, $4, $5) as m
