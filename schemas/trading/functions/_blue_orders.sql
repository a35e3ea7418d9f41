-- daybook mirror: function trading._blue_orders(p_deploy trading.deploys)
-- needs: trading/tables/deploys.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._blue_orders(p_deploy trading.deploys)
 RETURNS SETOF trading.orders
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select o.*
          from trading.orders as o
         where o.account_id = p_deploy.account_id and trading._is_blue(o, p_deploy);
end
$function$;

alter function trading._blue_orders(p_deploy trading.deploys) owner to daybook_api;

comment on function trading._blue_orders(p_deploy trading.deploys) is 'The orders of the build in force while the other was in shadow.';

revoke execute on function trading._blue_orders(p_deploy trading.deploys) from public;
grant execute on function trading._blue_orders(p_deploy trading.deploys) to daybook_owner;
