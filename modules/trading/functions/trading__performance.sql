create or replace function trading._performance(p_account_id uuid, p_since timestamptz, p_as_of timestamptz)
returns trading.performance_snapshots
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    v_made trading.performance_snapshots;
    v_currencies text[];
    v_unpriced text[];
    v_incomplete boolean;
begin
    select a.currency into strict v_made.currency from trading.accounts as a where a.account_id = p_account_id;

    select count(*), coalesce(sum(t.realized_gross - t.realized_net) filter (where p.currency = v_made.currency), 0),
           coalesce(sum(t.realized_net) filter (where p.currency = v_made.currency), 0),
           array_agg(distinct p.currency order by p.currency) filter (where p.currency <> v_made.currency),
           array_agg(distinct t.fee_currency order by t.fee_currency)
               filter (where trading._fee_kind_of(p, t.fee, t.fee_currency, t.fee_rate) = 'other')
      into v_made.fills, v_made.fees, v_made.realized_net, v_currencies, v_unpriced
      from trading.trades as t
      join trading.positions as p
        on p.account_id = t.account_id and p.instrument_id = t.instrument_id and p.position_key = t.position_key
     where t.account_id = p_account_id and t.filled_at >= p_since and t.filled_at < p_as_of;

    select coalesce(sum(f.amount) filter (where f.currency = v_made.currency), 0),
           v_currencies || array_agg(distinct f.currency) filter (where f.currency <> v_made.currency)
      into v_made.funding, v_currencies
      from trading.funding_payments as f
     where f.account_id = p_account_id and f.funding_time >= p_since and f.funding_time < p_as_of;

    select count(*), count(*) filter (where r.net > 0), count(*) filter (where r.net < 0),
           coalesce(sum(r.net) filter (where r.net > 0), 0), coalesce(sum(r.net) filter (where r.net < 0), 0)
      into v_made.roundtrips, v_made.won, v_made.lost, v_made.gross_profit, v_made.gross_loss
      from trading.v_roundtrips as r
     where r.account_id = p_account_id and r.closed_at >= p_since and r.closed_at < p_as_of and r.currency = v_made.currency;

    -- A peak is the highest point so far, the first being one.
    select (array_agg(e.equity order by e.place))[1], (array_agg(e.equity order by e.place desc))[1],
           coalesce(max(e.peak - e.equity), 0), coalesce(max(util.div18(e.peak - e.equity, e.peak)) filter (where e.peak > 0), 0)
      into v_made.equity_first, v_made.equity_last, v_made.drawdown, v_made.drawdown_rate
      from (select q.equity, max(q.equity) over w as peak, row_number() over w as place
              from trading.equity_points as q
             where q.account_id = p_account_id and q.as_of >= p_since and q.as_of < p_as_of and q.complete
            window w as (order by q.as_of, q.recorded_at, q.point_id)) as e;
    v_incomplete := exists (
        select from trading.equity_points as q
         where q.account_id = p_account_id and q.as_of >= p_since and q.as_of < p_as_of and not q.complete);

    v_made.realized_net := trim_scale(v_made.realized_net + v_made.funding);
    v_made.fees := trim_scale(v_made.fees);
    v_made.missing := array(
        select distinct m.name
          from (select 'rate:' || c from unnest(v_currencies) as c
                union all
                select 'fee:' || c from unnest(v_unpriced) as c
                union all
                select 'equity' where v_incomplete) as m (name)
         order by m.name);
    return v_made;
end
$$;

comment on function trading._performance(uuid, timestamptz, timestamptz) is
    'How an account did from p_since on and before p_as_of, by what the book knows now; only the results are filled in.';
