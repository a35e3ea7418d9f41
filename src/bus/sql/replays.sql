select * from bus.fn_read_replays(p_consumer => $1, p_term => $2, p_limit => $3);
