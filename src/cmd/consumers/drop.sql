select outcome from bus.fn_drop_consumer($1, $2);
