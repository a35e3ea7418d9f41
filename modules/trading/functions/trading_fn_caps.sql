create or replace function trading.fn_caps(p_account_id uuid default null, p_day date default null)
returns table (scope text, account_id uuid, bot_id uuid, currency text, limit_amount numeric, slice numeric, day date, used numeric, open numeric,
               allowed numeric, version bigint)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    c_all constant uuid := '00000000-0000-0000-0000-000000000000';
    v_day constant date := coalesce(p_day, trading._cap_day());
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        select case when c.account_id = c_all then 'global' else 'bot' end, nullif(c.account_id, c_all), nullif(c.bot_id, c_all), c.currency, c.limit_amount,
               c.slice, v_day, trim_scale(u.used),
               coalesce((select trim_scale(sum(r.amount - greatest(
                                 case when r.inverse then o.cum_qty else o.cum_value end * r.multiplier - r.base, 0)))
                           from trading.notional_reserves as r
                           join trading.orders as o on o.account_id = r.account_id and o.order_id = r.order_id and o.is_open
                          where r.day = v_day and r.currency = c.currency
                            and (c.account_id = c_all or r.account_id = c.account_id and r.bot_id = c.bot_id)), 0),
               trim_scale(greatest(c.limit_amount - u.used, 0)), c.version
          from trading.notional_caps as c
         cross join lateral trading._notional_used(nullif(c.account_id, c_all), c.bot_id, v_day, c.currency) as u (used)
         where c.limit_amount is not null
           and (c.account_id in (c_all, p_account_id)
                or p_account_id is null and exists (select from trading.fn_accounts() as a where a.account_id = c.account_id))
         order by c.account_id, c.bot_id, c.currency;
end
$$;

comment on function trading.fn_caps(uuid, date) is
    'The caps in force of all trading, and of the bots of the account given or of those that the caller may read, and how they stand on a UTC day, without one today: '
    'used is what its orders count, open the part of it that may still fill, allowed what may still be asked for.';
