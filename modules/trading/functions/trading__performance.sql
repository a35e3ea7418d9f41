-- Business is counted as trading.fn_pnl() counts it, equity from point to point: times that follow each other add up.
create or replace function trading._performance(p_account_id uuid, p_since timestamptz, p_as_of timestamptz)
returns trading.performance_snapshots
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_made trading.performance_snapshots := trading._performance_facts(p_account_id, p_since, p_as_of);
    v_curve record;
    v_new boolean;
begin
    select a.currency, a.opening_balance, p_since is null or not exists (
               select from trading.fills as f where f.account_id = p_account_id and f.filled_at < p_since
               union all
               select from trading.cash_entries as c where c.account_id = p_account_id and c.occurred_at < p_since
               union all
               select from trading.funding_payments as y where y.account_id = p_account_id and y.funding_time < p_since)
      into strict v_made.currency, v_made.equity_first, v_new
      from trading.accounts as a
     where a.account_id = p_account_id;

    -- Without a point to begin with: the opening balance if nothing had happened, else the first point there is.
    select max(e.as_of) into v_made.first_at from trading.equity_points as e where e.account_id = p_account_id and e.as_of <= p_since;
    if v_made.first_at is null and not v_new then
        v_made.missing := v_made.missing || array['first'];
        v_made.equity_first := null;
        select min(e.as_of) into v_made.first_at
          from trading.equity_points as e
         where e.account_id = p_account_id and e.as_of > p_since and e.as_of <= p_as_of;
    end if;

    v_curve := trading._performance_curve(p_account_id, v_made.first_at, p_as_of, v_made.equity_first);
    v_made.equity_first := v_curve.equity_first;
    v_made.equity_last := v_curve.equity_last;
    v_made.last_at := v_curve.last_at;
    v_made.points := v_curve.points;
    v_made.flows := v_curve.flows;
    v_made.pnl := trim_scale(v_curve.equity_last - v_curve.equity_first - v_curve.flows);
    v_made.return_rate := v_curve.return_rate;
    v_made.drawdown := v_curve.drawdown;
    v_made.drawdown_rate := v_curve.drawdown_rate;
    v_made.missing := array(select distinct m collate "C" from unnest(v_made.missing || v_curve.missing) as m order by 1);
    return v_made;
end
$$;

comment on function trading._performance(uuid, timestamptz, timestamptz) is
    'How an account did from p_since on (null: from the beginning) and before p_as_of, by what the book knows now; only the results are filled in.';
