select outcome, first_seq, last_seq
  from bus.fn_sequence(0::smallint, $1);
