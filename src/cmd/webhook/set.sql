-- What was not said stays as it is.
select s.outcome, w.endpoint_id as id, s.state, s.conflict_field
  from bus.fn_webhooks() as w
 cross join lateral bus.fn_set_webhook(
        w.endpoint_id, coalesce($2, w.url), case when $3::text[] is null then w.event_types when $3::text[] <> '{all}' then $3::text[] end,
        coalesce($4::text[], w.secrets), w.account_id,
        jsonb_build_object('rate_per_s', w.rate_per_s, 'in_flight_max', w.in_flight_max, 'timeout_ms', w.timeout_ms, 'retry_first_ms', w.retry_first_ms,
                           'retry_for_s', w.retry_for_s, 'allow_private', w.allow_private) || $5::jsonb,
        null, $6::jsonb) as s
 where w.endpoint_id = $1::uuid;
