-- daybook mirror: view bus.outbox
-- needs: bus/tables/consumer_cursors.sql
-- needs: bus/tables/domain_event_consumers.sql
-- needs: bus/tables/domain_events.sql
-- needs: bus/tables/event_seq.sql

create view bus.outbox as
 SELECT k.consumer,
    s.seq,
    s.epoch,
    d.event_id,
    d.event_type,
    d.account_id,
    d.aggregate_type,
    d.aggregate_id,
    (d.aggregate_version)::bigint AS aggregate_version,
    d.occurred_at,
    d.recorded_at,
    s.sequenced_at,
    (d.payload)::jsonb AS payload,
    d.ctx
   FROM (((bus.domain_event_consumers c
     JOIN bus.consumer_cursors k ON ((k.consumer = c.consumer)))
     JOIN bus.event_seq s ON (((s.log = 0) AND (s.seq > k.after_seq))))
     JOIN bus.domain_events d ON ((d.id = s.id)))
  WHERE ((c.kind = 'sink'::text) AND (c.dropped_at IS NULL));

alter view bus.outbox owner to daybook_api;

comment on view bus.outbox is 'What each sink has not confirmed: every event of the log behind the place of its cursor. Nothing is written or deleted here; events leave it when the sink has them for certain. An event without a place is in no outbox yet.';
comment on column bus.outbox.consumer is 'The sink, by the name of its cursor.';
comment on column bus.outbox.sequenced_at is 'When the event got its place, which is since when it waits here.';

grant select on bus.outbox to daybook_audit;
grant select on bus.outbox to daybook_lab_reader;
grant select on bus.outbox to daybook_relay;
