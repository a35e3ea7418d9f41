select r.outcome from bus.fn_release_consumer('webhooks', $1) as r
