-- daybook mirror: function util.uuid_v7_time(p_id uuid)
-- needs: util/functions/from_ms.sql

CREATE OR REPLACE FUNCTION util.uuid_v7_time(p_id uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN CASE WHEN (SUBSTRING((p_id)::text FROM 15 FOR 1) = '7'::text) THEN util.from_ms(((('x'::text || "left"(replace((p_id)::text, '-'::text, ''::text), 12)))::bit(48))::bigint) ELSE NULL::timestamp with time zone END;

alter function util.uuid_v7_time(p_id uuid) owner to daybook_api;

comment on function util.uuid_v7_time(p_id uuid) is 'The clock in a version 7 uuid, to the millisecond; null for a uuid of any other version, since that carries no time.';

revoke execute on function util.uuid_v7_time(p_id uuid) from public;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_app;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_bot;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_data_writer;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_executor;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_manager;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_owner;
grant execute on function util.uuid_v7_time(p_id uuid) to daybook_risk;
