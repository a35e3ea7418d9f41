create or replace function trading._blue_orders(p_deploy trading.deploys) returns setof trading.orders
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
        select o.*
          from trading.orders as o
         where o.account_id = p_deploy.account_id and trading._is_blue(o, p_deploy);
end
$$;

comment on function trading._blue_orders(trading.deploys) is
    'The orders of the build in force while the other was in shadow.';
