-- Accounts that the caller may read, with their last valuation.
select name, venue, mode, currency, orders, fills, open_positions, realized_pnl, fees, balance, unrealized_pnl, equity,
       equity_complete, to_char(equity_as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as equity_as_of
  from trading.fn_account_summary()
 order by name, account_id;
