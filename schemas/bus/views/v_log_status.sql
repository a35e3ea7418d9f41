-- daybook mirror: view bus.v_log_status
-- needs: bus/tables/domain_events.sql
-- needs: bus/tables/logs.sql

create view bus.v_log_status as
 SELECT l.log,
    l.epoch,
    l.last_seq,
    l.term,
    l.leader_name,
    l.led_since,
    l.looked_at,
    w.waiting,
    w.oldest_waiting_at
   FROM (bus.logs l
     CROSS JOIN LATERAL ( SELECT count(*) AS waiting,
            min(n.recorded_at) AS oldest_waiting_at
           FROM ( SELECT d.recorded_at
                   FROM bus.domain_events d
                  WHERE ((d.xid >= pg_snapshot_xmax(l.seen)) AND (d.id > l.anchor_id))
                UNION ALL
                 SELECT d.recorded_at
                   FROM (( SELECT pg_snapshot_xip.pg_snapshot_xip
                           FROM pg_snapshot_xip(l.seen) pg_snapshot_xip(pg_snapshot_xip)
                        UNION ALL
                         SELECT l.seen_by) x(xid)
                     CROSS JOIN LATERAL ( SELECT e.id,
                            e.recorded_at
                           FROM bus.domain_events e
                          WHERE (e.xid = x.xid)
                         OFFSET 0) d)
                  WHERE (d.id > l.anchor_id)) n) w);

alter view bus.v_log_status owner to daybook_api;

comment on view bus.v_log_status is 'Where each log stands, who gives places in it, and how many committed events wait for theirs.';
comment on column bus.v_log_status.waiting is 'Committed events that the sequencer has not come to.';
comment on column bus.v_log_status.oldest_waiting_at is 'When the oldest of them was recorded.';

grant select on bus.v_log_status to daybook_console;
grant select on bus.v_log_status to daybook_lab_reader;
grant select on bus.v_log_status to daybook_monitor;
grant select on bus.v_log_status to daybook_relay;
