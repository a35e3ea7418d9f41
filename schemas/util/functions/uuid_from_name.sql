-- daybook mirror: function util.uuid_from_name(p_namespace uuid, p_name text)

CREATE OR REPLACE FUNCTION util.uuid_from_name(p_namespace uuid, p_name text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
BEGIN ATOMIC
 SELECT (encode(set_byte(set_byte(d.digest, 6, ((get_byte(d.digest, 6) & 15) | 128)), 8, ((get_byte(d.digest, 8) & 63) | 128)), 'hex'::text))::uuid AS encode
    FROM ( SELECT SUBSTRING(sha256((uuid_send(uuid_from_name.p_namespace) || convert_to(uuid_from_name.p_name, 'UTF8'::name))) FROM 1 FOR 16) AS "substring") d(digest);
END;

alter function util.uuid_from_name(p_namespace uuid, p_name text) owner to daybook_api;

comment on function util.uuid_from_name(p_namespace uuid, p_name text) is 'The same id for the same name in the same namespace, here and in dbk_uuid_from_name() of the library: who computes it again repeats a request instead of making another.';

revoke execute on function util.uuid_from_name(p_namespace uuid, p_name text) from public;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_app;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_bot;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_data_writer;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_executor;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_manager;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_owner;
grant execute on function util.uuid_from_name(p_namespace uuid, p_name text) to daybook_risk;
