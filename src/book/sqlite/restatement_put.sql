insert into fill_restatements (account_id, fill_id, position_cycle, position_qty, realized_gross, realized_net) values (?1, ?2, ?3, ?4, ?5, ?6)
