create or replace function trading.fn_check_caps(p_account_id uuid default null)
returns table (account_id uuid, bot_id uuid, day date, currency text, order_id uuid, kept numeric, recomputed numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is not null then
        perform settings.require_account(p_account_id, 'read');
    end if;

    return query
        with mine as (
            select a.account_id from trading.fn_accounts() as a where p_account_id is null or a.account_id = p_account_id),
        orders as (
            select o.account_id, r.bot_id, r.day, r.currency, o.order_id, r.amount as kept,
                   case when o.capped then greatest(trading._order_notional(o, r) - r.base, 0) end as recomputed
              from mine as a
              join trading.orders as o on o.account_id = a.account_id
              left join trading.notional_reserves as r on r.account_id = o.account_id and r.order_id = o.order_id
             where o.capped or r.order_id is not null),
        days as (
            select u.account_id, u.bot_id, u.day, u.currency, sum(u.kept) as kept, sum(u.recomputed) as recomputed
              from (select s.account_id, s.bot_id, s.day, s.currency, s.used as kept, 0 as recomputed from trading.notional_slices as s
                    union all
                    select m.account_id, m.bot_id, m.day, m.currency, m.amount, 0 from trading.notional_moves as m
                    union all
                    select o.account_id, o.bot_id, o.day, o.currency, 0, o.recomputed from orders as o) as u
              join mine as a on a.account_id = u.account_id
             group by u.account_id, u.bot_id, u.day, u.currency)
        select o.account_id, o.bot_id, o.day, o.currency, o.order_id, o.kept, o.recomputed
          from orders as o
         where o.kept is distinct from o.recomputed
        union all
        select d.account_id, d.bot_id, d.day, d.currency, null, d.kept, d.recomputed
          from days as d
         where d.kept is distinct from d.recomputed;
end
$$;

comment on function trading.fn_check_caps(uuid) is
    'What is counted to caps, computed again from the orders of an account or of all that the caller may read: one row for each order and each day of a bot where the two '
    'differ. No row: all is right.';
