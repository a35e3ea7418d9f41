update accounts set version = version + 1 where account_id = ?1 returning version
