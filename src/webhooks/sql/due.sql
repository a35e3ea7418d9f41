-- Endpoints that may have something to be sent, as many as are dealt with at once.
select w.endpoint_id, w.rate_per_s, w.in_flight_max
  from bus.v_webhooks as w
 where w.state = 'enabled' and w.pending > 0 and coalesce(w.shut_until <= clock_timestamp(), true)
 order by w.endpoint_id
 limit $1
