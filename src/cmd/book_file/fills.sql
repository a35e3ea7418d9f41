-- The fills that count, on the terms and with the results they have now, newest first. Which ones is found first: the terms of a fill take
-- a search in its corrections for each. cross: in this order.
with shown as materialized (
    select f.account_id, f.fill_id
      from fills as f
      join instruments as i on i.instrument_id = f.instrument_id
     where (?1 is null or f.account_id in (select value from json_each(?1)))
       and (?3 is null or i.symbol = ?3)
       and (?4 is null or f.filled_at >= ?4)
       and (?5 is null or f.filled_at < ?5)
       and not exists (select 1
                         from fill_events as e
                        where e.account_id = f.account_id and e.fill_id = f.fill_id and e.outcome = 'created' and e.kind = 'bust')
     order by f.filled_at desc, f.fill_id desc
     limit ?2
)
select a.name as account, iso6(f.filled_at) as filled_at, f.venue, f.symbol, f.kind, nullif(f.position_key, '') as position_key, f.side,
       f.qty, f.price, f.value, f.fee, f.fee_currency, f.liquidity, f.realized_gross, f.realized_net, f.position_cycle as cycle,
       nullif(f.flags, '') as flags, boolean(f.amended) as amended, f.fill_id, f.order_id, f.venue_trade_id
  from shown as s
 cross join trades as f on f.account_id = s.account_id and f.fill_id = s.fill_id
  join accounts as a on a.account_id = f.account_id
 order by f.filled_at desc, f.fill_id desc
