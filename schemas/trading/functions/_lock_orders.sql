-- daybook mirror: function trading._lock_orders(p_account_id uuid, p_fills trading.fills[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql

CREATE OR REPLACE FUNCTION trading._lock_orders(p_account_id uuid, p_fills trading.fills[])
 RETURNS trading.orders[]
 LANGUAGE plpgsql
AS $function$
declare
    v_orders trading.orders[] := array_fill(
        null::trading.orders, array[(select count(distinct f.order_id) from unnest(p_fills) as f)::integer]);
    v_item record;
begin
    for v_item in
        select k.place, o as found
          from (select d.order_id, row_number() over (order by d.order_id)::integer as place
                  from (select distinct f.order_id from unnest(p_fills) as f) as d) as k
          join trading.orders as o on o.account_id = p_account_id and o.order_id = k.order_id
         order by k.order_id
           for no key update of o
    loop
        v_orders[v_item.place] := v_item.found;
    end loop;
    return v_orders;
end
$function$;

alter function trading._lock_orders(p_account_id uuid, p_fills trading.fills[]) owner to daybook_api;

comment on function trading._lock_orders(p_account_id uuid, p_fills trading.fills[]) is 'Locks the orders of a batch of fills, sorted by id; returns them in that order, null for those that are not in the book.';

revoke execute on function trading._lock_orders(p_account_id uuid, p_fills trading.fills[]) from public;
grant execute on function trading._lock_orders(p_account_id uuid, p_fills trading.fills[]) to daybook_owner;
