select last_seq from bus.logs where log = 0;
