-- The fills that count, on the terms and with the results they have now, newest first.
select a.name as account, iso6(f.filled_at) as filled_at, f.venue, f.symbol, f.kind, nullif(f.position_key, '') as position_key, f.side,
       f.qty, f.price, f.value, f.fee, f.fee_currency, f.liquidity, f.realized_gross, f.realized_net, f.position_cycle as cycle,
       nullif(f.flags, '') as flags, boolean(f.amended) as amended, f.fill_id, f.order_id, f.venue_trade_id
  from accounts as a
  join trades as f on f.account_id = a.account_id
 where (?1 is null or a.account_id in (select value from json_each(?1)))
   and (?3 is null or f.symbol = ?3)
   and (?4 is null or f.filled_at >= ?4)
   and (?5 is null or f.filled_at < ?5)
 order by f.filled_at desc, f.fill_id desc
 limit ?2
