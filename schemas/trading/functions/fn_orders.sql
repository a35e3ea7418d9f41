-- daybook mirror: function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer)

CREATE OR REPLACE FUNCTION trading.fn_orders(p_account_id uuid, p_status text[] DEFAULT NULL::text[], p_limit integer DEFAULT 100)
 RETURNS TABLE(account_id uuid, order_id uuid, instrument_id uuid, venue text, symbol text, kind text, position_key text, run_id uuid, origin text, side text, type text, time_in_force text, qty numeric, price numeric, stop_price numeric, status text, outcome_unknown boolean, cum_qty numeric, leaves_qty numeric, overfill_qty numeric, avg_fill_price numeric, exchange_order_id text, idempotency_key text, refusal_code text, refusal_detail text, version bigint, submitted_at timestamp with time zone, updated_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_statuses constant text[] := array[
        'denied', 'submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace', 'filled',
        'canceled', 'rejected', 'expired'];
    v_wants_open constant boolean := p_status <@ array[
        'submitted', 'accepted', 'triggered', 'partially_filled', 'pending_cancel', 'pending_replace'];
begin
    perform settings.require_account(p_account_id, 'read');
    if p_limit is null or p_limit < 1 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass the greatest number of rows to return.';
    end if;
    if not p_status <@ v_statuses then
        raise exception 'argument p_status is %, which names an unknown status', p_status
            using errcode = 'TB001', hint = format('Statuses are %s.', array_to_string(v_statuses, ', '));
    end if;

    -- Newest first by id: ids are time-ordered, and the primary key gives them in that order. For statuses of open orders
    -- only, the smaller index over open orders serves.
    return query
        select o.account_id, o.order_id, o.instrument_id, i.venue, i.symbol, i.kind, o.position_key, o.run_id, o.origin::text,
               o.side::text, o.type::text, o.time_in_force::text, coalesce(o.working_qty, o.qty)::numeric, o.price::numeric, o.stop_price::numeric,
               o.status, o.outcome_unknown, o.cum_qty, trading._order_leaves(o.lifecycle, o.working_qty, o.cum_qty),
               trading._order_overfill(o.working_qty, o.cum_qty),
               case when o.cum_qty <> 0 then util.div18(o.cum_value, o.cum_qty) end, o.exchange_order_id, o.idempotency_key,
               o.refusal_code, o.refusal_detail, o.version, o.submitted_at, o.updated_at
          from trading.orders as o
          join ref.instruments as i on i.instrument_id = o.instrument_id
         where o.account_id = p_account_id
           and (p_status is null or o.status = any (p_status))
           and (v_wants_open is not true or o.is_open)
         order by o.order_id desc
         limit p_limit;
end
$function$;

alter function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) owner to daybook_api;

comment on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) is 'Orders of an account, newest first (by their time-ordered ids), of the statuses given or of all; at most p_limit.';

revoke execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) from public;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_app;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_bot;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_executor;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_manager;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_owner;
grant execute on function trading.fn_orders(p_account_id uuid, p_status text[], p_limit integer) to daybook_risk;
