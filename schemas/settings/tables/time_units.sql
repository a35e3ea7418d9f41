-- daybook mirror: table settings.time_units

create table settings.time_units (
    unit text not null,
    symbol text not null,
    duration_ms bigint not null,
    constraint time_units_pkey PRIMARY KEY (unit),
    constraint time_units_duration_key UNIQUE (unit, duration_ms),
    constraint time_units_symbol_key UNIQUE (symbol),
    constraint time_units_duration_positive CHECK ((duration_ms > 0))
);

alter table settings.time_units owner to daybook_owner;

comment on table settings.time_units is 'Units of time of fixed length. Months and years are absent on purpose: their length varies.';
comment on column settings.time_units.symbol is 'How the unit is written in a window label: the m of 30m.';

grant select on settings.time_units to daybook_api;
grant select on settings.time_units to daybook_lab_reader;
