-- daybook mirror: schema bus
-- role: daybook_api
-- role: daybook_owner

create schema bus;

alter schema bus owner to daybook_owner;

comment on schema bus is 'Domain events: what happened, once, in the transaction in which it happened.';

grant usage on schema bus to daybook_api;
