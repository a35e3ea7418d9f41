-- A version 4 uuid already carries the variant bits and 74 random bits where version 7 wants them. The first 48 bits are
-- replaced by the clock, and the version nibble 0100 becomes 0111 by setting its two low bits.
create or replace function util.uuid_v7() returns uuid
language sql volatile parallel safe
return encode(
    set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
                placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
        52, 1), 53, 1),
    'hex')::uuid;

comment on function util.uuid_v7() is
    'New time-ordered uuid (RFC 9562, version 7): 48 bits of the clock in milliseconds, 74 random bits. Two ids of '
    'one millisecond are in no order.';
