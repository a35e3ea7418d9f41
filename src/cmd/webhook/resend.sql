select r.outcome, $1::uuid as id, r.resend from bus.fn_resend_delivery($1::uuid, $2::uuid, $3, $4::jsonb) as r;
