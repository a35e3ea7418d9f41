-- daybook mirror: type bus.webhook_ended

create type bus.webhook_ended as (
    idx integer,
    endpoint_id uuid,
    resend integer,
    seq bigint,
    aggregate bigint,
    outcome text,
    status integer,
    error text
);

alter type bus.webhook_ended owner to daybook_owner;

comment on type bus.webhook_ended is 'What came of an attempt, between the functions that deal with it.';
