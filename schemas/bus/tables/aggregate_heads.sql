-- daybook mirror: table bus.aggregate_heads

create table bus.aggregate_heads (
    aggregate_type text not null,
    aggregate_id text not null,
    version bigint not null,
    constraint aggregate_heads_pkey PRIMARY KEY (aggregate_type, aggregate_id),
    constraint aggregate_heads_version_positive CHECK ((version > 0))
)
with (fillfactor=80);

alter table bus.aggregate_heads owner to daybook_owner;

comment on table bus.aggregate_heads is 'Newest version of every aggregate that has no version column of its own. Its row is the lock that puts events of one aggregate in order.';

grant select, insert on bus.aggregate_heads to daybook_api;
grant select on bus.aggregate_heads to daybook_lab_reader;
grant update (version) on bus.aggregate_heads to daybook_api;
