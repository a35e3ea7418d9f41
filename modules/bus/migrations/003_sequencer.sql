-- The place of every event in the log. Emit ids become visible out of order and with gaps; here each event gets a number
-- without gaps, given by one sequencer at a time from what has become visible since its last look. Readers remember these
-- numbers, so nothing is ever behind them.

create table bus.logs (
    log         smallint    not null,
    epoch       integer     not null,
    last_seq    bigint      not null,
    seen        pg_snapshot not null,
    seen_by     xid8,
    anchor_id   bigint      not null,
    system_id   bigint,
    timeline    integer,
    term        bigint      not null,
    leader_id   uuid,
    leader_name text,
    led_since   timestamptz,
    looked_at   timestamptz,
    constraint logs_pkey primary key (log),
    constraint logs_epoch_positive check (epoch > 0),
    constraint logs_last_seq_not_negative check (last_seq >= 0),
    constraint logs_term_not_negative check (term >= 0),
    constraint logs_leader_whole check ((leader_id is null) = (leader_name is null) and (leader_id is null) = (led_since is null))
) with (fillfactor = 10, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);
comment on table bus.logs is
    'Where the sequencer of each log stands, and who it is. One log, number 0, on one server; one for each node of a distributed database.';
comment on column bus.logs.epoch is
    'Rises when the database goes on elsewhere than where it left off: restored into another cluster, or from a standby that was promoted. Places are '
    'comparable within an epoch; a reader that finds a new one asks again for what it had not confirmed.';
comment on column bus.logs.last_seq is 'The highest place given, 0 before the first.';
comment on column bus.logs.seen is 'The snapshot of the last look: what is visible in it has its place.';
comment on column bus.logs.seen_by is
    'The transaction that looked, which its own snapshot does not mention: what it emitted itself gets places at the next look.';
comment on column bus.logs.anchor_id is
    'Events with emit ids up to this one got their places when the epoch began; transaction ids say nothing of them.';
comment on column bus.logs.system_id is 'Identifier of the cluster in which the epoch runs; null where it may not be read.';
comment on column bus.logs.timeline is 'Timeline of the cluster in which the epoch runs; null before the first leader.';
comment on column bus.logs.term is
    'Rises with every change of the leader. A sequencer that shows an earlier term gives no places: it was paused while another one took over.';
comment on column bus.logs.leader_name is 'Who leads, for people: program, host and process.';
comment on column bus.logs.looked_at is 'When the leader last looked, to the second when it found nothing.';

-- Transaction 3 is the first one of a cluster: nothing has been seen.
insert into bus.logs (log, epoch, last_seq, seen, anchor_id, term) values (0, 1, 0, '3:3:', 0, 0);

create table bus.log_epochs (
    log       smallint    not null,
    epoch     integer     not null,
    after_seq bigint      not null,
    reason    text        not null,
    system_id bigint,
    timeline  integer,
    began_at  timestamptz not null default clock_timestamp(),
    constraint log_epochs_pkey primary key (log, epoch),
    constraint log_epochs_log_fkey foreign key (log) references bus.logs (log) on delete restrict,
    constraint log_epochs_reason_check check (reason in ('installed', 'restored', 'promoted'))
);
comment on table bus.log_epochs is 'When and why each epoch of a log began.';
comment on column bus.log_epochs.after_seq is 'The last place of the epoch before.';
comment on column bus.log_epochs.reason is
    'installed: the first one. restored: the data came into another cluster, whose transactions count anew. promoted: the same data on a new timeline, '
    'which may lack the newest of what the old one had.';
insert into bus.log_epochs (log, epoch, after_seq, reason) values (0, 1, 0, 'installed');

create table bus.event_seq (
    log          smallint    not null,
    seq          bigint      not null,
    epoch        integer     not null,
    id           bigint      not null,
    sequenced_at timestamptz not null,
    constraint event_seq_pkey primary key (log, seq)
) partition by range (seq);
comment on table bus.event_seq is
    'The log in order: without gaps, and within an aggregate in the order of its versions. An event that committed late has a late place.';
comment on column bus.event_seq.seq is 'The place; what readers remember.';
comment on column bus.event_seq.id is 'Emit id of the event, the key of bus.domain_events.';
comment on column bus.event_seq.sequenced_at is 'When the place was given, the same for all of one look.';

-- daybook-lint: allow schema-change-in-block until 2028-06-30: partitions of a table that this file makes
do $$
begin
    for v_number in 0..8 loop
        execute format('create table bus.event_seq_p%s (like bus.event_seq including all)', v_number);
        execute format('alter table bus.event_seq attach partition bus.event_seq_p%s for values from (%s) to (%s)',
                       v_number, v_number * 16777216::bigint, (v_number + 1) * 16777216::bigint);
    end loop;
end
$$;
