select * from bus.fn_read_log(0::smallint, $1, $2);
