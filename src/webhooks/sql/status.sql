select w.endpoint_id, w.pending, w.behind, w.state, w.breaker from bus.v_webhooks as w order by w.pending + w.behind desc, w.endpoint_id limit $1
