-- daybook mirror: function util.to_ms(p_at timestamp with time zone)

CREATE OR REPLACE FUNCTION util.to_ms(p_at timestamp with time zone)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (floor((EXTRACT(epoch FROM p_at) * (1000)::numeric)))::bigint;

alter function util.to_ms(p_at timestamp with time zone) owner to daybook_api;

comment on function util.to_ms(p_at timestamp with time zone) is 'Milliseconds since 1970-01-01 UTC, rounded down, for clients that count time so. Microseconds are lost.';

revoke execute on function util.to_ms(p_at timestamp with time zone) from public;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_app;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_bot;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_data_writer;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_executor;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_manager;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_owner;
grant execute on function util.to_ms(p_at timestamp with time zone) to daybook_risk;
