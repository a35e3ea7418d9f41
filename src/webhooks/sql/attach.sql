select a.outcome, a.term, a.refusal_detail from bus.fn_attach_consumer('webhooks', $1, $2, true) as a
