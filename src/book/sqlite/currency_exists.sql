select 1 from currencies where code = ?1
