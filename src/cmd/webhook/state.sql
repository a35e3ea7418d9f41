select s.outcome, $1::uuid as id, $2 as state from bus.fn_set_webhook_state($1::uuid, $2, $3, $4::jsonb) as s;
