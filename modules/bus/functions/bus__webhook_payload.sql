create or replace function bus._webhook_payload(p_endpoint bus.webhook_endpoints) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'endpoint_id', p_endpoint.endpoint_id, 'host', substring(p_endpoint.url from '^[a-z]+://[^/?]+'), 'event_types', to_jsonb(p_endpoint.event_types),
        'secrets', to_jsonb(p_endpoint.secrets), 'rate_per_s', p_endpoint.rate_per_s, 'in_flight_max', p_endpoint.in_flight_max,
        'timeout_ms', p_endpoint.timeout_ms, 'retry_first_ms', p_endpoint.retry_first_ms,
        'retry_for_s', extract(epoch from p_endpoint.retry_for)::bigint, 'allow_private', p_endpoint.allow_private))
$$;

comment on function bus._webhook_payload(bus.webhook_endpoints) is 'What events and the audit log tell of an endpoint: all but the path of its URL.';
