select account_id from accounts where ?1 is null or account_id in (select value from json_each(?1))
