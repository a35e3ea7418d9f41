-- daybook mirror: table settings.windows

create table settings.windows (
    label text not null,
    unit text not null,
    unit_ms bigint not null,
    count integer not null,
    duration_ms bigint generated always as ((count * unit_ms)) stored not null,
    constraint windows_pkey PRIMARY KEY (label),
    constraint windows_count_positive CHECK ((count > 0))
);

alter table settings.windows owner to daybook_owner;

comment on table settings.windows is 'Time windows known by a label, with their computed length.';
comment on column settings.windows.label is 'Count and symbol of the unit, as in 30m; util.window_ms() reads the same labels.';
comment on column settings.windows.unit_ms is 'Length of the unit, equal to settings.time_units.duration_ms by foreign key.';
comment on column settings.windows.duration_ms is 'Length of the window in milliseconds, computed.';

grant select on settings.windows to daybook_api;
grant select on settings.windows to daybook_lab_reader;

-- Once everything else exists:

alter table only settings.windows add constraint windows_unit_fkey FOREIGN KEY (unit, unit_ms) REFERENCES settings.time_units(unit, duration_ms) ON UPDATE RESTRICT ON DELETE RESTRICT;
