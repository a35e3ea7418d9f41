-- Where what is known of place $2 of epoch $1 parts from the log as it is here: no later epoch began before it.
select least($2::bigint, min(e.after_seq)) as common, (select s.last_seq from bus.v_log_status as s where s.log = 0) as last_seq
  from bus.log_epochs as e
 where e.log = 0 and e.epoch > $1;
