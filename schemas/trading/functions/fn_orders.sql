-- daybook mirror: function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text)

CREATE OR REPLACE FUNCTION trading.fn_orders(p_account_id uuid, p_status text[] DEFAULT NULL::text[], p_limit integer DEFAULT 100, p_order_id uuid DEFAULT NULL::uuid, p_exchange_order_id text DEFAULT NULL::text, p_idempotency_key text DEFAULT NULL::text)
 RETURNS TABLE(account_id uuid, order_id uuid, instrument_id uuid, venue text, symbol text, kind text, position_key text, run_id uuid, origin text, side text, type text, time_in_force text, qty numeric, price numeric, stop_price numeric, requested_qty numeric, requested_price numeric, requested_stop_price numeric, status text, is_open boolean, outcome_unknown boolean, cum_qty numeric, leaves_qty numeric, overfill_qty numeric, avg_fill_price numeric, exchange_order_id text, idempotency_key text, refusal_code text, refusal_detail text, version bigint, submitted_at timestamp with time zone, updated_at timestamp with time zone, recorded_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_open constant text[] := array['submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace'];
    v_statuses constant text[] := v_open || array['denied', 'filled', 'canceled', 'rejected', 'expired'];
begin
    perform settings.require_account(p_account_id, 'read');
    perform trading._require_limit(p_limit);
    if not p_status <@ v_statuses then
        raise exception 'argument p_status is %, which names an unknown status', p_status
            using errcode = 'TB001', hint = format('Statuses are %s.', array_to_string(v_statuses, ', '));
    end if;
    if num_nonnulls(p_order_id, p_exchange_order_id, p_idempotency_key) > 1 then
        raise exception 'arguments p_order_id, p_exchange_order_id and p_idempotency_key: more than one is given'
            using errcode = 'TB001', hint = 'Look an order up by one of them.';
    end if;

    if p_order_id is not null then
        return query
            select v.* from trading.v_orders as v
             where v.account_id = p_account_id and v.order_id = p_order_id and coalesce(v.status = any (p_status), true);
    elsif p_idempotency_key is not null then
        return query
            select v.* from trading.v_orders as v
             where v.account_id = p_account_id and v.idempotency_key = p_idempotency_key
               and coalesce(v.status = any (p_status), true);
    elsif p_exchange_order_id is not null then
        return query
            select v.* from trading.v_orders as v
             where v.account_id = p_account_id
               and v.order_id = any (array(
                       select o.order_id from trading.orders as o
                        where o.account_id = p_account_id and o.exchange_order_id = p_exchange_order_id
                       union all
                       select e.order_id from trading.order_events as e
                        where e.account_id = p_account_id and e.exchange_order_id = p_exchange_order_id and e.outcome = 'created'))
               and coalesce(v.status = any (p_status), true)
             order by v.recorded_at desc, v.order_id desc
             limit p_limit;
    elsif p_status <@ v_open then
        return query
            select v.* from trading.v_orders as v
             where v.account_id = p_account_id and v.is_open and v.status = any (p_status)
             order by v.recorded_at desc, v.order_id desc
             limit p_limit;
    else
        return query
            select v.* from trading.v_orders as v
             where v.account_id = p_account_id and coalesce(v.status = any (p_status), true)
             order by v.recorded_at desc, v.order_id desc
             limit p_limit;
    end if;
end
$function$;

alter function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) owner to daybook_api;

comment on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) is 'Orders of an account with the terms in force, newest first (as they were recorded), of the statuses given or of all; at most p_limit. p_order_id, p_idempotency_key or p_exchange_order_id look one up. The last is any number that the venue gave: a replace may change it, and venues reuse numbers between instruments, so there can be several orders.';

revoke execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) from public;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_app;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_bot;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_executor;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_manager;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_owner;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer, p_order_id uuid, p_exchange_order_id text, p_idempotency_key text) to daybook_risk;
