-- By period or instrument, and currency: results in different currencies are not added up. Results belong to the moment of the fill or
-- payment that made them.
with moved as (
    select p.account_id, t.filled_at as at, t.instrument_id, p.currency, 1 as fills,
           case when p.kind = 'inverse' then decimal_div18(decimal_mul(t.qty, p.multiplier), t.price)
                else decimal_mul(t.value, p.multiplier) end as volume,
           t.realized_gross, t.realized_net, '0' as funding
      from trades as t
      join positions as p on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
    union all
    select f.account_id, f.funding_time, f.instrument_id, f.currency, 0, '0', '0', '0', f.amount
      from funding_payments as f
), placed as (
    select m.*, case ?2 when 'day' then date(m.at / 1000000, 'unixepoch')
                        when 'month' then date(m.at / 1000000, 'unixepoch', 'start of month') end as period,
           case when ?2 = 'instrument' then m.instrument_id end as by_instrument
      from moved as m
     where (?1 is null or m.account_id in (select value from json_each(?1)))
       and (?3 is null or m.at >= ?3)
       and (?4 is null or m.at < ?4)
)
select a.name as account, p.period, i.venue, i.symbol, i.kind, p.currency, sum(p.fills) as fills, decimal_sum(p.volume) as volume,
       decimal_sum(p.realized_gross) as realized_gross, decimal_sum(decimal_sub(p.realized_gross, p.realized_net)) as fees,
       decimal_sum(p.funding) as funding, decimal_sum(decimal_add(p.realized_net, p.funding)) as realized_net
  from placed as p
  join accounts as a on a.account_id = p.account_id
  left join instruments as i on i.instrument_id = p.by_instrument
 group by a.account_id, p.period, p.by_instrument, p.currency
 order by a.name, p.period, i.venue, i.symbol, i.kind, p.currency
