select outcome, term, epoch, after_seq, log_epoch, member, refusal_detail
  from bus.fn_attach_consumer($1, $2, $3, $4, $5);
