select s.last_seq, s.epoch from bus.v_log_status as s where s.log = 0;
