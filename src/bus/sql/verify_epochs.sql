select e.epoch, e.after_seq, (select s.last_seq from bus.v_log_status as s where s.log = 0) as last_seq
  from bus.log_epochs as e
 where e.log = 0
 order by e.epoch;
