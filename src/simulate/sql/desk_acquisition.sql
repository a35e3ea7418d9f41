select g.acquire_id from trading.bot_lease_grants as g where g.token = $1;
