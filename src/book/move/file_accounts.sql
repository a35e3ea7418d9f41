select account_id, name from accounts where ?1 is null or account_id = lower(?1) or name = ?1 order by account_id
