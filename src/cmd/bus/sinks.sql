select s.consumer, s.epoch, s.after_seq, l.last_seq
  from bus.v_consumer_status as s
  join bus.v_log_status as l on l.log = 0
 where s.kind = 'sink'
 order by s.consumer;
