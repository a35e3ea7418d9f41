-- daybook mirror: view bus.v_consumer_status
-- needs: bus/tables/consumer_cursors.sql
-- needs: bus/tables/dead_letters.sql
-- needs: bus/tables/domain_event_consumers.sql
-- needs: bus/tables/event_retries.sql
-- needs: bus/tables/event_seq.sql
-- needs: bus/tables/logs.sql
-- needs: bus/tables/replays.sql

create view bus.v_consumer_status as
 SELECT k.consumer,
    c.kind,
    c.policy,
    k.member,
    c.members,
    k.holder_name,
    k.held_since,
    k.seen_at,
    ((k.holder_id IS NOT NULL) AND (k.seen_at > (clock_timestamp() - '00:00:10'::interval))) AS held,
    k.epoch,
    k.after_seq,
    l.epoch AS log_epoch,
    (l.last_seq - k.after_seq) AS lag_events,
    (COALESCE(EXTRACT(epoch FROM (clock_timestamp() - n.sequenced_at)), (0)::numeric))::numeric(20,3) AS lag_s,
    w.waiting,
    w.failing,
    d.dead,
    d.oldest_dead_at,
    p.replaying
   FROM ((((((bus.consumer_cursors k
     JOIN bus.domain_event_consumers c ON ((c.consumer = k.consumer)))
     JOIN bus.logs l ON ((l.log = 0)))
     LEFT JOIN bus.event_seq n ON (((n.log = 0) AND (n.seq = (k.after_seq + 1)))))
     CROSS JOIN LATERAL ( SELECT count(*) AS waiting,
            count(*) FILTER (WHERE (r.attempts > 0)) AS failing
           FROM bus.event_retries r
          WHERE ((r.consumer = k.consumer) AND (r.replay_id IS NULL))) w)
     CROSS JOIN LATERAL ( SELECT count(*) AS dead,
            min(d_1.last_failed_at) AS oldest_dead_at
           FROM bus.dead_letters d_1
          WHERE ((d_1.consumer = k.consumer) AND (d_1.state = 'pending'::text))) d)
     CROSS JOIN LATERAL ( SELECT count(*) AS replaying
           FROM bus.replays r
          WHERE ((r.consumer = k.consumer) AND (r.state = 'running'::text))) p);

alter view bus.v_consumer_status owner to daybook_api;

comment on view bus.v_consumer_status is 'How far each member of each consumer has come, who it is, and what waits.';
comment on column bus.v_consumer_status.held is 'Whether a process reads: it was seen in the last 10 seconds.';
comment on column bus.v_consumer_status.log_epoch is 'Above epoch: the log went on elsewhere since the place was confirmed.';
comment on column bus.v_consumer_status.lag_events is 'Places of the log in front of it, whatever is there.';
comment on column bus.v_consumer_status.lag_s is 'Seconds since the first of them was given.';
comment on column bus.v_consumer_status.waiting is 'Events put down for later, of all members.';
comment on column bus.v_consumer_status.failing is 'Those of them that failed; the others wait behind them.';
comment on column bus.v_consumer_status.dead is 'Dead letters to be decided, of all members.';

grant select on bus.v_consumer_status to daybook_console;
grant select on bus.v_consumer_status to daybook_lab_reader;
grant select on bus.v_consumer_status to daybook_monitor;
grant select on bus.v_consumer_status to daybook_relay;
