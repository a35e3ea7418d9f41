create or replace view bus.outbox as
select k.consumer, s.seq, s.epoch, d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, d.aggregate_version::bigint as aggregate_version,
       d.occurred_at, d.recorded_at, s.sequenced_at, d.payload::jsonb as payload, d.ctx
  from bus.domain_event_consumers as c
  join bus.consumer_cursors as k on k.consumer = c.consumer
  join bus.event_seq as s on s.log = 0 and s.seq > k.after_seq
  join bus.domain_events as d on d.id = s.id
 where c.kind = 'sink' and c.dropped_at is null;

comment on view bus.outbox is
    'What each sink has not confirmed: every event of the log behind the place of its cursor. Nothing is written or deleted here; events leave it when the '
    'sink has them for certain. An event without a place is in no outbox yet.';
comment on column bus.outbox.consumer is 'The sink, by the name of its cursor.';
comment on column bus.outbox.sequenced_at is 'When the event got its place, which is since when it waits here.';
