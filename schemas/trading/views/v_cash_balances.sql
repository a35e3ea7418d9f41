-- daybook mirror: view trading.v_cash_balances
-- needs: trading/tables/accounts.sql
-- needs: trading/tables/cash_entries.sql
-- needs: trading/tables/position_fees.sql
-- needs: trading/tables/positions.sql

create view trading.v_cash_balances as
 SELECT m.account_id,
    m.currency,
    trim_scale(sum(m.amount)) AS balance
   FROM ( SELECT a.account_id,
            a.currency,
            (a.opening_balance)::numeric AS amount
           FROM trading.accounts a
        UNION ALL
         SELECT c.account_id,
            c.currency,
            c.amount
           FROM trading.cash_entries c
        UNION ALL
         SELECT p.account_id,
            p.currency,
            (((p.realized_gross - p.fees) + p.funding) -
                CASE
                    WHEN ((p.kind)::text = 'spot'::text) THEN (p.open_cost * (p.multiplier)::numeric)
                    ELSE (0)::numeric
                END)
           FROM trading.positions p
        UNION ALL
         SELECT p.account_id,
            p.base_currency,
            (p.signed_qty * (p.multiplier)::numeric)
           FROM trading.positions p
          WHERE ((p.kind)::text = 'spot'::text)
        UNION ALL
         SELECT f.account_id,
            f.currency,
            (- f.amount)
           FROM trading.position_fees f
          WHERE (f.fee_kind = 'other'::text)
        UNION ALL
         SELECT f.account_id,
            p.currency,
            f.converted
           FROM (trading.position_fees f
             JOIN trading.positions p ON (((p.account_id = f.account_id) AND (p.position_id = f.position_id))))
          WHERE (f.converted <> (0)::numeric)) m(account_id, currency, amount)
  GROUP BY m.account_id, m.currency;

alter view trading.v_cash_balances owner to daybook_api;

comment on view trading.v_cash_balances is 'What an account holds of each currency: opening balance, cash entries, and what its trades, fees and funding moved. For a spot account the base currencies it trades are holdings too; margin of contracts is not taken out.';

grant select on trading.v_cash_balances to daybook_console;
grant select on trading.v_cash_balances to daybook_lab_reader;
grant select on trading.v_cash_balances to daybook_risk;
