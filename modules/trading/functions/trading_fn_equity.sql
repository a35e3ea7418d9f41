create or replace function trading.fn_equity(
    p_account_id uuid, p_from timestamptz default null, p_to timestamptz default null, p_limit integer default 100)
returns table (account_id uuid, point_id uuid, as_of timestamptz, run_id uuid, currency text, balance numeric, unrealized numeric,
               equity numeric, complete boolean, missing text[])
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);

    return query
        select e.account_id, e.point_id, e.as_of, e.run_id, e.currency, e.balance, e.unrealized, e.equity, e.complete, e.missing
          from trading.equity_points as e
         where e.account_id = p_account_id
           and e.as_of >= coalesce(p_from, '-infinity')
           and e.as_of < coalesce(p_to, 'infinity')
         order by e.as_of desc, e.recorded_at desc, e.point_id
         limit p_limit;
end
$$;

comment on function trading.fn_equity(uuid, timestamptz, timestamptz, integer) is
    'Points of the equity curve of an account, newest first: from p_from on, before p_to, at most p_limit.';
