select d.outcome, d.conflict_field from bus.fn_declare_consumer('webhooks', 'webhooks', null) as d
