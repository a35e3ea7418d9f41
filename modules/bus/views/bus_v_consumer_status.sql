create or replace view bus.v_consumer_status as
select k.consumer, c.kind, c.policy, k.member, c.members,
       k.holder_name, k.held_since, k.seen_at,
       k.holder_id is not null and k.seen_at > clock_timestamp() - interval '10 seconds' as held,
       k.epoch, k.after_seq, l.epoch as log_epoch,
       l.last_seq - k.after_seq as lag_events,
       coalesce(extract(epoch from clock_timestamp() - n.sequenced_at), 0)::numeric(20, 3) as lag_s,
       w.waiting, w.failing, d.dead, d.oldest_dead_at, p.replaying
  from bus.consumer_cursors as k
  join bus.domain_event_consumers as c on c.consumer = k.consumer
  join bus.logs as l on l.log = 0
  left join bus.event_seq as n on n.log = 0 and n.seq = k.after_seq + 1
 cross join lateral (select count(*) as waiting, count(*) filter (where r.attempts > 0) as failing
                       from bus.event_retries as r where r.consumer = k.consumer and r.replay_id is null) as w
 cross join lateral (select count(*) as dead, min(d.last_failed_at) as oldest_dead_at
                       from bus.dead_letters as d where d.consumer = k.consumer and d.state = 'pending') as d
 cross join lateral (select count(*) as replaying from bus.replays as r where r.consumer = k.consumer and r.state = 'running') as p;

comment on view bus.v_consumer_status is 'How far each member of each consumer has come, who it is, and what waits.';
comment on column bus.v_consumer_status.held is 'Whether a process reads: it was seen in the last 10 seconds.';
comment on column bus.v_consumer_status.log_epoch is 'Above epoch: the log went on elsewhere since the place was confirmed.';
comment on column bus.v_consumer_status.lag_events is 'Places of the log in front of it, whatever is there.';
comment on column bus.v_consumer_status.lag_s is 'Seconds since the first of them was given.';
comment on column bus.v_consumer_status.waiting is 'Events put down for later, of all members.';
comment on column bus.v_consumer_status.failing is 'Those of them that failed; the others wait behind them.';
comment on column bus.v_consumer_status.dead is 'Dead letters to be decided, of all members.';
