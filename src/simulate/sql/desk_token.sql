select g.token from trading.bot_lease_grants as g where g.acquire_id = $1;
