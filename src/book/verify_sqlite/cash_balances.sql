-- What an account holds of each currency: trading.v_cash_balances of a server.
select m.account_id, m.currency, decimal_sum(m.amount) as balance
  from (
        select a.account_id, a.currency, a.opening_balance as amount
          from accounts as a
        union all
        select c.account_id, c.currency, c.amount
          from cash_entries as c
        union all
        -- What was paid for what is open has left a spot account; a contract takes only its result.
        select p.account_id, p.currency,
               decimal_sub(decimal_add(decimal_sub(p.realized_gross, p.fees), p.funding),
                           case when p.kind = 'spot' then decimal_mul(p.open_cost, p.multiplier) else '0' end)
          from positions as p
        union all
        select p.account_id, p.base_currency, decimal_mul(p.signed_qty, p.multiplier)
          from positions as p
         where p.kind = 'spot'
        union all
        select f.account_id, f.currency, decimal_sub('0', f.amount)
          from position_fees as f
         where f.fee_kind = 'other'
        union all
        -- A fee in a third asset that came with a rate is among the fees of its position at that rate, and was not taken there.
        select f.account_id, p.currency, f.converted
          from position_fees as f
          join positions as p on p.account_id = f.account_id and p.position_id = f.position_id
         where f.converted <> '0'
       ) as m
 where (?1 is null or m.account_id in (select value from json_each(?1)))
 group by m.account_id, m.currency
 order by m.account_id, m.currency
