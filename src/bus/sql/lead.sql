select outcome, term, epoch, last_seq, began
  from bus.fn_lead_log(0::smallint, $1, $2);
