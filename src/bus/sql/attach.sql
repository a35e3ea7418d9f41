select outcome, term, epoch, after_seq, log_epoch, refusal_detail
  from bus.fn_attach_consumer(p_consumer => $1, p_holder_id => $2, p_holder_name => $3, p_own_session => true);
