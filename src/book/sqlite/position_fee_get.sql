select amount, priced, converted from position_fees where account_id = ?1 and position_id = ?2 and currency = ?3
