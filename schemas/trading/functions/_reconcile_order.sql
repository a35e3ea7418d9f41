-- daybook mirror: function trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[])
-- needs: trading/tables/fills.sql
-- needs: trading/tables/orders.sql
-- needs: trading/types/venue_entry.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[])
 RETURNS trading.orders
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_order trading.orders;
    v_fills constant trading.fills[] := array(select f from unnest(p_fills) as f where f.order_id = p_order_id);
begin
    select * into v_order from trading.orders as o where o.account_id = p_account_id and o.order_id = p_order_id;
    v_order.version := coalesce(v_order.version, case when cardinality(v_fills) > 0 then 1 else 0 end) + cardinality(v_fills);
    if v_order.order_id is null then
        v_order.account_id := p_account_id;
        v_order.order_id := p_order_id;
        v_order.instrument_id := coalesce((v_fills[1]).instrument_id, p_entry.instrument_id);
        v_order.position_key := coalesce((v_fills[1]).position_key, p_entry.position_key, '');
        v_order.side := coalesce((v_fills[1]).side, p_entry.side);
        v_order.pending := 'none';
        v_order.outcome_unknown := false;
        v_order.cum_qty := 0;
        v_order.cum_value := 0;
        if cardinality(v_fills) > 0 then
            v_order.origin := 'external';
            v_order.lifecycle := 'submitted';
        end if;
    end if;
    select v_order.cum_qty + coalesce(sum(f.qty), 0), v_order.cum_value + coalesce(sum(f.qty * f.price), 0)
      into v_order.cum_qty, v_order.cum_value
      from unnest(v_fills) as f;
    v_order.outcome_unknown := v_order.outcome_unknown and not (v_order.pending = 'none' and cardinality(v_fills) > 0);
    v_order.status := trading._order_status(v_order.lifecycle, v_order.pending, v_order.working_qty, v_order.cum_qty);
    return v_order;
end
$function$;

alter function trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[]) owner to daybook_api;

comment on function trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[]) is 'An order as it is once those of the fills that are its own are in; without a lifecycle when neither the book nor a fill knows it.';

revoke execute on function trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[]) from public;
grant execute on function trading._reconcile_order(p_account_id uuid, p_order_id uuid, p_entry trading.venue_entry, p_fills trading.fills[]) to daybook_owner;
