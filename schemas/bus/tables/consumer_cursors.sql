-- daybook mirror: table bus.consumer_cursors

create table bus.consumer_cursors (
    consumer text not null,
    member smallint not null,
    epoch integer not null,
    after_seq bigint not null,
    term bigint default 0 not null,
    holder_id uuid,
    holder_name text,
    holder_pid integer,
    held_since timestamp with time zone,
    seen_at timestamp with time zone,
    committed_at timestamp with time zone default clock_timestamp() not null,
    constraint consumer_cursors_pkey PRIMARY KEY (consumer, member),
    constraint consumer_cursors_after_seq_not_negative CHECK ((after_seq >= 0)),
    constraint consumer_cursors_holder_whole CHECK ((((holder_id IS NULL) = (holder_name IS NULL)) AND ((holder_id IS NULL) = (held_since IS NULL))))
)
with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=100, fillfactor=10);

alter table bus.consumer_cursors owner to daybook_owner;

comment on table bus.consumer_cursors is 'How far each member of a consumer has come, and which process it is.';
comment on column bus.consumer_cursors.member is 'From 0. Of a consumer with n members, member m has the slots from 64 m / n to 64 (m + 1) / n - 1.';
comment on column bus.consumer_cursors.epoch is 'The epoch of the log in which the place was confirmed.';
comment on column bus.consumer_cursors.after_seq is 'Everything up to this place has been dealt with: done, or put down for later.';
comment on column bus.consumer_cursors.term is 'Given when the holder attached. Calls that show another one are fenced.';
comment on column bus.consumer_cursors.holder_name is 'Who holds it, for people: program, host and process.';
comment on column bus.consumer_cursors.holder_pid is 'The server process of the holder''s own session, where it has one: when that is gone, so is the holder. Null behind a pooler.';
comment on column bus.consumer_cursors.seen_at is 'When the holder last called, to the second or two. A holder lives that was seen in the last 10 seconds.';
comment on column bus.consumer_cursors.committed_at is 'When the place last moved.';

grant select, insert, delete on bus.consumer_cursors to daybook_api;
grant select on bus.consumer_cursors to daybook_audit;
grant select on bus.consumer_cursors to daybook_lab_reader;
grant select on bus.consumer_cursors to daybook_relay;
grant update (epoch, after_seq, term, holder_id, holder_name, holder_pid, held_since, seen_at, committed_at) on bus.consumer_cursors to daybook_api;

-- Once everything else exists:

alter table only bus.consumer_cursors add constraint consumer_cursors_consumer_fkey FOREIGN KEY (consumer) REFERENCES bus.domain_event_consumers(consumer) ON DELETE RESTRICT;
