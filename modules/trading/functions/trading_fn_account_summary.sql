create or replace function trading.fn_account_summary(p_account_id uuid default null)
returns table (account_id uuid, name text, venue text, mode text, currency text, status text, orders bigint, fills bigint,
               open_positions bigint, realized_pnl numeric, fees numeric, unconverted text[], balance numeric,
               unrealized_pnl numeric, equity numeric, equity_complete boolean, equity_as_of timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select a.account_id, a.name, a.venue, a.mode, a.currency, a.status,
               (select count(*) from trading.orders as o where o.account_id = a.account_id),
               (select count(*) from trading.fills as f where f.account_id = a.account_id),
               p.open_positions, p.realized_pnl, p.fees, p.unconverted,
               e.balance, e.unrealized, e.equity, e.complete, e.as_of
          from trading.fn_accounts() as a
         cross join lateral (
               select count(*) filter (where q.signed_qty <> 0) as open_positions,
                      trim_scale(coalesce(sum(q.realized_net) filter (where q.currency = a.currency), 0)) as realized_pnl,
                      trim_scale(coalesce(sum(q.fees) filter (where q.currency = a.currency), 0)) as fees,
                      coalesce(array_agg(distinct q.currency order by q.currency) filter (where q.currency <> a.currency), '{}')
                          as unconverted
                 from trading.positions as q
                where q.account_id = a.account_id) as p
          left join lateral (
               select x.balance, x.unrealized, x.equity, x.complete, x.as_of
                 from trading.equity_points as x
                where x.account_id = a.account_id
                order by x.as_of desc, x.recorded_at desc
                limit 1) as e on true
         where p_account_id is null or a.account_id = p_account_id
         order by a.name, a.account_id;
end
$$;

comment on function trading.fn_account_summary(uuid) is
    'One row per account that the caller may read: counts, realised result and fees in the currency of the account, and its latest equity point. '
    'Results in other currencies are not added up; unconverted names those.';
