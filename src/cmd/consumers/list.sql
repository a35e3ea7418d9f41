select consumer, kind, policy, member, members, held, holder_name as holder, after_seq, lag_events, lag_s, waiting, failing, dead, replaying,
       case when log_epoch > epoch then epoch end as unconfirmed_epoch
  from bus.v_consumer_status
 order by consumer, member;
