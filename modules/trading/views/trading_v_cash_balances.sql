create or replace view trading.v_cash_balances as
select m.account_id, m.currency, trim_scale(sum(m.amount)) as balance
  from (
        select a.account_id, a.currency, a.opening_balance::numeric as amount
          from trading.accounts as a
        union all
        select c.account_id, c.currency, c.amount
          from trading.cash_entries as c
        union all
        -- What was paid for what is open has left a spot account; a contract takes only its result.
        select p.account_id, p.currency,
               p.realized_gross - p.fees + p.funding - case when p.kind = 'spot' then p.open_cost * p.multiplier else 0 end
          from trading.positions as p
        union all
        select p.account_id, p.base_currency, p.signed_qty * p.multiplier
          from trading.positions as p
         where p.kind = 'spot'
        union all
        select f.account_id, f.currency, -f.amount
          from trading.position_fees as f
         where f.fee_kind = 'other'
        union all
        -- A fee in a third asset that came with a rate is among the fees of its position at that rate, and was not taken there.
        select f.account_id, p.currency, f.converted
          from trading.position_fees as f
          join trading.positions as p on p.account_id = f.account_id and p.position_id = f.position_id
         where f.converted <> 0
       ) as m (account_id, currency, amount)
 group by m.account_id, m.currency;

comment on view trading.v_cash_balances is
    'What an account holds of each currency: opening balance, cash entries, and what its trades, fees and funding moved. For a spot account '
    'the base currencies it trades are holdings too; margin of contracts is not taken out.';
