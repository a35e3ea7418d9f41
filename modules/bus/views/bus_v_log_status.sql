create or replace view bus.v_log_status as
select l.log, l.epoch, l.last_seq, l.term, l.leader_name, l.led_since, l.looked_at,
       w.waiting, w.oldest_waiting_at
  from bus.logs as l
 cross join lateral (
        select count(*) as waiting, min(n.recorded_at) as oldest_waiting_at
          from (select d.recorded_at
                  from bus.domain_events as d
                 where d.xid >= pg_snapshot_xmax(l.seen) and d.id > l.anchor_id
                union all
                select d.recorded_at
                  from (select * from pg_snapshot_xip(l.seen) union all select l.seen_by) as x (xid)
                 cross join lateral (select e.id, e.recorded_at from bus.domain_events as e where e.xid = x.xid offset 0) as d
                 where d.id > l.anchor_id) as n) as w;

comment on view bus.v_log_status is
    'Where each log stands, who gives places in it, and how many committed events wait for theirs.';
comment on column bus.v_log_status.waiting is 'Committed events that the sequencer has not come to.';
comment on column bus.v_log_status.oldest_waiting_at is 'When the oldest of them was recorded.';
