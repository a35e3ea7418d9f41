-- daybook mirror: table ref.venues

create table ref.venues (
    code text not null,
    name text not null,
    registered_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint venues_pkey PRIMARY KEY (code),
    constraint venues_code_form CHECK ((code ~ '^[a-z0-9_]{1,60}$'::text))
);

alter table ref.venues owner to daybook_owner;

comment on table ref.venues is 'Where trading happens: exchanges, brokers, and simulated ones.';
comment on column ref.venues.code is 'Lower-case name without spaces: binance, bitfinex, paper.';

grant select, insert on ref.venues to daybook_api;
grant select on ref.venues to daybook_lab_reader;
