-- daybook mirror: table bus.logs

create table bus.logs (
    log smallint not null,
    epoch integer not null,
    last_seq bigint not null,
    seen pg_snapshot not null,
    seen_by xid8,
    anchor_id bigint not null,
    system_id bigint,
    timeline integer,
    term bigint not null,
    leader_id uuid,
    leader_name text,
    led_since timestamp with time zone,
    looked_at timestamp with time zone,
    constraint logs_pkey PRIMARY KEY (log),
    constraint logs_epoch_positive CHECK ((epoch > 0)),
    constraint logs_last_seq_not_negative CHECK ((last_seq >= 0)),
    constraint logs_leader_whole CHECK ((((leader_id IS NULL) = (leader_name IS NULL)) AND ((leader_id IS NULL) = (led_since IS NULL)))),
    constraint logs_term_not_negative CHECK ((term >= 0))
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100, fillfactor=10);

alter table bus.logs owner to daybook_owner;

comment on table bus.logs is 'Where the sequencer of each log stands, and who it is. One log, number 0, on one server; one for each node of a distributed database.';
comment on column bus.logs.epoch is 'Rises when the database goes on elsewhere than where it left off: restored into another cluster, or from a standby that was promoted. Places are comparable within an epoch; a reader that finds a new one asks again for what it had not confirmed.';
comment on column bus.logs.last_seq is 'The highest place given, 0 before the first.';
comment on column bus.logs.seen is 'The snapshot of the last look: what is visible in it has its place.';
comment on column bus.logs.seen_by is 'The transaction that looked, which its own snapshot does not mention: what it emitted itself gets places at the next look.';
comment on column bus.logs.anchor_id is 'Events with emit ids up to this one got their places when the epoch began; transaction ids say nothing of them.';
comment on column bus.logs.system_id is 'Identifier of the cluster in which the epoch runs; null where it may not be read.';
comment on column bus.logs.timeline is 'Timeline of the cluster in which the epoch runs; null before the first leader.';
comment on column bus.logs.term is 'Rises with every change of the leader. A sequencer that shows an earlier term gives no places: it was paused while another one took over.';
comment on column bus.logs.leader_name is 'Who leads, for people: program, host and process.';
comment on column bus.logs.looked_at is 'When the leader last looked, to the second when it found nothing.';

grant select on bus.logs to daybook_api;
grant select on bus.logs to daybook_lab_reader;
grant update (last_seq, seen, seen_by, system_id, timeline, term, leader_id, leader_name, led_since, looked_at) on bus.logs to daybook_api;
