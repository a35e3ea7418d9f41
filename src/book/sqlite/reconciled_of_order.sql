select fill_id from fills where account_id = ?1 and order_id = ?2 and flags like '%reconciled%' order by position_version desc
