-- Days and the rest of the day are added apart, because interval arithmetic multiplies in double precision and a product
-- of many milliseconds would lose its last digits. Plain timestamps keep it independent of the time zone of the session.
create or replace function util.from_ms(p_ms bigint) returns timestamptz
language sql immutable strict parallel safe
return (timestamp '1970-01-01 00:00:00'
        + (p_ms / 86400000) * interval '1 day'
        + (p_ms % 86400000) * interval '1 millisecond') at time zone 'UTC';

comment on function util.from_ms(bigint) is 'The moment that is so many milliseconds after 1970-01-01 UTC; exact.';
