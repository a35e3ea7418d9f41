select count(*) from trading.accounts as a where a.venue = $1;
