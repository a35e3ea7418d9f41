-- daybook mirror: domain bus.payload

create domain bus.payload as jsonb
    constraint payload_object CHECK ((jsonb_typeof(VALUE) = 'object'::text));

alter domain bus.payload owner to daybook_owner;

comment on domain bus.payload is 'What an event tells: a JSON object.';
