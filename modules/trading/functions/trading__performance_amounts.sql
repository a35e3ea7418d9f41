-- The rate is that of the next equity point: the one that valued what came of it. After the last point, that of the last.
create or replace function trading._performance_amounts(p_account_id uuid, p_whats text[], p_from timestamptz, p_to timestamptz)
returns table (what text, at timestamptz, currency text, amount numeric, rate numeric)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    with fact as (
        select 'flow' as what, c.occurred_at as at, c.currency, c.amount::numeric as amount
          from trading.cash_entries as c
         where 'flow' = any (p_whats) and c.account_id = p_account_id and c.kind in ('deposit', 'withdrawal', 'transfer')
           and c.occurred_at >= coalesce(p_from, '-infinity') and c.occurred_at <= p_to
        union all
        select v.what, t.filled_at, p.currency, v.amount
          from trading.trades as t
          join trading.positions as p
            on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
         cross join lateral (values ('fill', t.realized_net), ('fee', t.realized_gross - t.realized_net)) as v (what, amount)
         where v.what = any (p_whats) and t.account_id = p_account_id
           and t.filled_at >= coalesce(p_from, '-infinity') and t.filled_at <= p_to
        union all
        select 'funding', y.funding_time, y.currency, y.amount
          from trading.funding_payments as y
         where 'funding' = any (p_whats) and y.account_id = p_account_id
           and y.funding_time >= coalesce(p_from, '-infinity') and y.funding_time <= p_to
        union all
        select 'trip', r.closed_at, r.currency, r.net
          from trading.v_roundtrips as r
         where 'trip' = any (p_whats) and r.account_id = p_account_id
           and r.closed_at >= coalesce(p_from, '-infinity') and r.closed_at <= p_to
    )
    select f.what, f.at, f.currency, f.amount,
           case when f.currency = a.currency then 1
                else coalesce((select e.rates ->> f.currency
                                 from trading.equity_points as e
                                where e.account_id = p_account_id and e.as_of >= f.at
                                order by e.as_of, e.recorded_at desc, e.point_id
                                limit 1),
                              (select e.rates ->> f.currency
                                 from trading.equity_points as e
                                where e.account_id = p_account_id and e.as_of < f.at
                                order by e.as_of desc, e.recorded_at desc, e.point_id
                                limit 1))::numeric
           end
      from fact as f
      join trading.accounts as a on a.account_id = p_account_id
$$;

comment on function trading._performance_amounts(uuid, text[], timestamptz, timestamptz) is
    'What came and went (flow), what fills realised and their fees, funding, and what round trips made that ended, from p_from (null: ever) to p_to, both included, with the rate '
    'into the currency of the account, or null.';
