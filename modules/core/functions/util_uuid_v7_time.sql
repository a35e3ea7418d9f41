create or replace function util.uuid_v7_time(p_id uuid) returns timestamptz
language sql immutable strict parallel safe
return case
    when substring(p_id::text from 15 for 1) = '7'
        then util.from_ms(('x' || left(replace(p_id::text, '-', ''), 12))::bit(48)::bigint)
end;

comment on function util.uuid_v7_time(uuid) is
    'The clock in a version 7 uuid, to the millisecond; null for a uuid of any other version, since that carries no '
    'time.';
