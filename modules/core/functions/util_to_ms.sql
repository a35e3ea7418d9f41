create or replace function util.to_ms(p_at timestamptz) returns bigint
language sql immutable strict parallel safe
return floor(extract(epoch from p_at) * 1000)::bigint;

comment on function util.to_ms(timestamptz) is
    'Milliseconds since 1970-01-01 UTC, rounded down, for clients that count time so. Microseconds are lost.';
