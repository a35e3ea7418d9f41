-- daybook mirror: function util.from_ms(p_ms bigint)

CREATE OR REPLACE FUNCTION util.from_ms(p_ms bigint)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN ((('1970-01-01 00:00:00'::timestamp without time zone + (((p_ms / 86400000))::double precision * '1 day'::interval)) + (((p_ms % (86400000)::bigint))::double precision * '00:00:00.001'::interval)) AT TIME ZONE 'UTC'::text);

alter function util.from_ms(p_ms bigint) owner to daybook_api;

comment on function util.from_ms(p_ms bigint) is 'The moment that is so many milliseconds after 1970-01-01 UTC; exact.';

revoke execute on function util.from_ms(p_ms bigint) from public;
grant execute on function util.from_ms(p_ms bigint) to daybook_app;
grant execute on function util.from_ms(p_ms bigint) to daybook_bot;
grant execute on function util.from_ms(p_ms bigint) to daybook_data_writer;
grant execute on function util.from_ms(p_ms bigint) to daybook_executor;
grant execute on function util.from_ms(p_ms bigint) to daybook_manager;
grant execute on function util.from_ms(p_ms bigint) to daybook_owner;
grant execute on function util.from_ms(p_ms bigint) to daybook_risk;
