select d.deliveries, d.more from bus.fn_dispatch_webhooks($1, $2) as d
