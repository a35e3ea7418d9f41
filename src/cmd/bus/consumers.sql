select s.consumer, s.kind, s.member, s.held, s.holder_name as holder, s.epoch, s.after_seq, s.lag_events, s.lag_s, s.waiting, s.failing, s.dead
  from bus.v_consumer_status as s
 order by s.consumer, s.member;
