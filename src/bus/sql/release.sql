select outcome from bus.fn_release_consumer(p_consumer => $1, p_term => $2);
