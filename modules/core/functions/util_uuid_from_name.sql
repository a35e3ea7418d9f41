-- RFC 9562, version 8: the first 128 bits of SHA-256 over namespace and name, six of them taken by version and variant.
create or replace function util.uuid_from_name(p_namespace uuid, p_name text) returns uuid
language sql immutable strict parallel safe
begin atomic
    select encode(set_byte(set_byte(d.digest, 6, get_byte(d.digest, 6) & 15 | 128), 8, get_byte(d.digest, 8) & 63 | 128), 'hex')::uuid
      from (select substring(sha256(uuid_send(p_namespace) || convert_to(p_name, 'UTF8')) for 16)) as d (digest);
end;

comment on function util.uuid_from_name(uuid, text) is
    'The same id for the same name in the same namespace, here and in dbk_uuid_from_name() of the library: who computes it again repeats a request instead of making another.';
