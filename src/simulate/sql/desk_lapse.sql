-- The time of a lease is over. The history has a clock of its own, so the end comes to the lease.
update trading.bot_leases set expires_at = least(expires_at, clock_timestamp()) where account_id = $1 and bot_id = $2;
