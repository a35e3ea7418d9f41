-- daybook mirror: table bus.log_epochs

create table bus.log_epochs (
    log smallint not null,
    epoch integer not null,
    after_seq bigint not null,
    reason text not null,
    system_id bigint,
    timeline integer,
    began_at timestamp with time zone default clock_timestamp() not null,
    constraint log_epochs_pkey PRIMARY KEY (log, epoch),
    constraint log_epochs_reason_check CHECK ((reason = ANY (ARRAY['installed'::text, 'restored'::text, 'promoted'::text])))
);

alter table bus.log_epochs owner to daybook_owner;

comment on table bus.log_epochs is 'When and why each epoch of a log began.';
comment on column bus.log_epochs.after_seq is 'The last place of the epoch before.';
comment on column bus.log_epochs.reason is 'installed: the first one. restored: the data came into another cluster, whose transactions count anew. promoted: the same data on a new timeline, which may lack the newest of what the old one had.';

grant select on bus.log_epochs to daybook_api;
grant select on bus.log_epochs to daybook_audit;
grant select on bus.log_epochs to daybook_lab_reader;
grant select on bus.log_epochs to daybook_relay;

-- Once everything else exists:

alter table only bus.log_epochs add constraint log_epochs_log_fkey FOREIGN KEY (log) REFERENCES bus.logs(log) ON DELETE RESTRICT;
