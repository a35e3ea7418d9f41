-- daybook mirror: sequence bus.domain_events_id_seq

create sequence bus.domain_events_id_seq as bigint;

alter sequence bus.domain_events_id_seq owner to daybook_owner;

comment on sequence bus.domain_events_id_seq is 'Emit ids of domain events; drawn only while the lock of the aggregate is held.';

grant select, usage on sequence bus.domain_events_id_seq to daybook_api;
