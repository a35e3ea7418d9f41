-- daybook mirror: function util.uuid_v7()

CREATE OR REPLACE FUNCTION util.uuid_v7()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL SAFE
RETURN (encode(set_bit(set_bit(OVERLAY(uuid_send(gen_random_uuid()) PLACING SUBSTRING(int8send((floor((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric)))::bigint) FROM 3) FROM 1 FOR 6), (52)::bigint, 1), (53)::bigint, 1), 'hex'::text))::uuid;

alter function util.uuid_v7() owner to daybook_api;

comment on function util.uuid_v7() is 'New time-ordered uuid (RFC 9562, version 7): 48 bits of the clock in milliseconds, 74 random bits. Two ids of one millisecond are in no order.';

revoke execute on function util.uuid_v7() from public;
grant execute on function util.uuid_v7() to daybook_agent;
grant execute on function util.uuid_v7() to daybook_app;
grant execute on function util.uuid_v7() to daybook_bot;
grant execute on function util.uuid_v7() to daybook_data_writer;
grant execute on function util.uuid_v7() to daybook_executor;
grant execute on function util.uuid_v7() to daybook_manager;
grant execute on function util.uuid_v7() to daybook_owner;
grant execute on function util.uuid_v7() to daybook_risk;
