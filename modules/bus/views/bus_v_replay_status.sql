create or replace view bus.v_replay_status as
select r.replay_id, r.consumer, case when r.state = 'fed' and w.waiting = 0 then 'done' else r.state end as state,
       r.from_seq, r.to_seq, r.event_types, r.aggregate_type, r.aggregate_id, r.rate, r.events, r.fed - w.waiting as delivered, w.waiting, r.at_seq,
       r.requested_at, r.began_at, r.ended_at
  from bus.replays as r
 cross join lateral (select count(*) as waiting from bus.event_retries as e where e.consumer = r.consumer and e.replay_id = r.replay_id) as w;

comment on view bus.v_replay_status is 'Replays and how far they have come.';
comment on column bus.v_replay_status.delivered is 'How many were dealt with; also those that became dead letters.';
comment on column bus.v_replay_status.waiting is 'How many were handed over and are not dealt with.';
