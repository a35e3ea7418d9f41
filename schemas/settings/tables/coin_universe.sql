-- daybook mirror: table settings.coin_universe

create table settings.coin_universe (
    symbol text not null,
    base text not null,
    quote text not null,
    enabled boolean not null,
    version bigint default 1 not null,
    updated_at timestamp with time zone not null,
    ctx jsonb,
    constraint coin_universe_pkey PRIMARY KEY (symbol),
    constraint coin_universe_version_positive CHECK ((version > 0))
);

alter table settings.coin_universe owner to daybook_owner;

comment on table settings.coin_universe is 'Which symbols exist for this installation and which of them are enabled. Independent of venues: ref.instruments knows those.';
comment on column settings.coin_universe.version is 'Rises by one with every change of the row; it is the version of its events.';

grant select, insert on settings.coin_universe to daybook_api;
grant select on settings.coin_universe to daybook_lab_reader;
grant update (base, quote, enabled, version, updated_at, ctx) on settings.coin_universe to daybook_api;
