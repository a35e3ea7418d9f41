select p.outcome from bus.fn_ping_webhook($1::uuid, $2::uuid, $3::jsonb) as p;
