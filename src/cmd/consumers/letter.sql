select l.consumer, l.seq, l.state, l.attempts, l.first_failed_at, l.last_failed_at, l.error, l.resolved_at, l.resolved_by, l.reason, l.replay_id,
       d.event_id, d.event_type, d.account_id, d.aggregate_type, d.aggregate_id, d.aggregate_version, d.occurred_at, d.payload, d.ctx
  from bus.dead_letters as l
  join bus.event_seq as s on s.log = 0 and s.seq = l.seq
  join bus.domain_events as d on d.id = s.id
 where l.consumer = $1 and l.seq = $2;
