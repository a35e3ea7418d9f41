-- Newest first. What is open of a trip at a price is worth quantity times price, of an inverse contract quantity divided by price.
with trip as (
    select c.*
      from cycles as c
     where ?4 = 'flat_to_flat'
    union all
    select l.*
      from lot_trips as l
), shown as (
    select t.*, a.name, i.venue, i.symbol, p.kind, p.position_key, p.currency, p.multiplier, case t.side when 'long' then '1' else '-1' end as sign,
           case t.side when 'long' then t.low else t.high end as worst, case t.side when 'long' then t.high else t.low end as best
      from trip as t
      join positions as p on p.account_id = t.account_id and p.position_id = t.position_id
      join instruments as i on i.instrument_id = p.instrument_id
      join accounts as a on a.account_id = t.account_id
     where (?1 is null or t.account_id in (select value from json_each(?1)))
       and (?3 is null or i.symbol = ?3)
       and (?6 is null or t.closed_at >= ?6)
       and (?7 is null or t.closed_at < ?7)
)
select s.name as account, iso6(s.closed_at) as closed_at, iso6(s.opened_at) as opened_at, s.venue, s.symbol, s.kind,
       nullif(s.position_key, '') as position_key, s.cycle, s.side, s.qty,
       coalesce(case s.kind when 'inverse' then decimal_div18(s.qty, s.entry_value) else decimal_div18(s.entry_value, s.qty) end, '0') as avg_entry,
       coalesce(case s.kind when 'inverse' then decimal_div18(s.qty, s.exit_value) else decimal_div18(s.exit_value, s.qty) end, '0') as avg_exit,
       s.currency, s.gross, s.fees, s.funding, decimal_add(decimal_sub(s.gross, s.fees), s.funding) as net,
       decimal_mul(decimal_mul(s.multiplier, s.sign),
                   case s.kind when 'inverse' then decimal_sub(s.entry_value, decimal_div18(s.qty, s.worst))
                        else decimal_sub(decimal_mul(s.qty, s.worst), s.entry_value) end) as mae,
       decimal_mul(decimal_mul(s.multiplier, s.sign),
                   case s.kind when 'inverse' then decimal_sub(s.entry_value, decimal_div18(s.qty, s.best))
                        else decimal_sub(decimal_mul(s.qty, s.best), s.entry_value) end) as mfe
  from shown as s
 order by s.closed_at desc, s.position_id, s.cycle desc, s.last_version desc, s.first_version desc
 limit ?2
