select status, coalesce(acknowledged_by, finished_by) as taken_by, detail
  from trading.fn_commands($1, p_command_id => $2);
