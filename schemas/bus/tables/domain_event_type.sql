-- daybook mirror: table bus.domain_event_type

create table bus.domain_event_type (
    event_type text not null,
    module text not null,
    aggregate_type text not null,
    description text not null,
    contract jsonb not null,
    required text[] not null,
    declared_at timestamp with time zone default clock_timestamp() not null,
    constraint domain_event_type_pkey PRIMARY KEY (event_type),
    constraint domain_event_type_contract CHECK ((jsonb_typeof(contract) = 'object'::text)),
    constraint domain_event_type_name CHECK ((event_type ~ '^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$'::text))
);

alter table bus.domain_event_type owner to daybook_owner;

comment on table bus.domain_event_type is 'The declared types of event. An event of an undeclared type cannot be emitted; a declaration is never removed.';
comment on column bus.domain_event_type.event_type is 'Schema and what happened: trading.order_submitted.';
comment on column bus.domain_event_type.module is 'The module that declares and emits the type.';
comment on column bus.domain_event_type.aggregate_type is 'What kind of thing the event happened to. Types that share it share one sequence of versions per aggregate.';
comment on column bus.domain_event_type.contract is 'Fields of the payload: {"required": {field: type}, "optional": {field: type}}.';
comment on column bus.domain_event_type.required is 'Names of the required fields, kept apart so that emitting checks them with one operator.';

grant select on bus.domain_event_type to daybook_api;
grant select on bus.domain_event_type to daybook_audit;
grant select on bus.domain_event_type to daybook_lab_reader;
grant select on bus.domain_event_type to daybook_relay;
