-- daybook mirror: function trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb)
 RETURNS TABLE(outcome text, order_id uuid, status text, version bigint, conflict_field text, refusal_code text, refusal_detail text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_old trading.orders;
    v_external boolean;
    v_described boolean;
    v_by_id boolean;
begin
    select * into v_old
      from trading.orders as o
     where o.account_id = p_account_id and o.order_id = p_order_id
       for no key update;
    v_by_id := found;
    if not v_by_id then
        select * into strict v_old
          from trading.orders as o
         where o.account_id = p_account_id and o.idempotency_key = p_idempotency_key;
    end if;

    -- An external order that was met through its fill has no terms to differ from.
    v_external := v_old.origin = 'external';
    v_described := v_old.type is not null;
    order_id := v_old.order_id;
    conflict_field := case
        when v_old.instrument_id <> p_instrument_id then 'instrument_id'
        when v_old.side <> p_side then 'side'
        when v_old.position_key <> p_position_key then 'position_key'
        -- To be claimed now, unless the key already names another order.
        when v_external and exists (
            select 1 from trading.orders as o where o.account_id = p_account_id and o.idempotency_key = p_idempotency_key)
            then 'idempotency_key'
        when v_old.type <> p_type then 'type'
        when v_old.qty <> p_qty then 'qty'
        when v_described and v_old.price is distinct from p_price then 'price'
        when v_described and v_old.stop_price is distinct from p_stop_price then 'stop_price'
        when v_old.time_in_force <> p_time_in_force then 'time_in_force'
        when v_external then null
        when v_old.run_id is distinct from p_run_id then 'run_id'
        when v_by_id and v_old.idempotency_key is distinct from p_idempotency_key then 'idempotency_key'
    end;

    if conflict_field is null and v_external then
        outcome := 'created';
        update trading.orders as o
           set origin = 'claimed', type = p_type, time_in_force = p_time_in_force, qty = p_qty, price = p_price,
               stop_price = p_stop_price, run_id = p_run_id, idempotency_key = p_idempotency_key,
               submitted_at = p_submitted_at, working_qty = coalesce(o.working_qty, p_qty),
               working_price = coalesce(o.working_price, p_price),
               working_stop_price = coalesce(o.working_stop_price, p_stop_price), version = o.version + 1,
               updated_at = clock_timestamp(), ctx = p_ctx
         where o.account_id = p_account_id and o.order_id = p_order_id
        returning o.status, o.version into status, version;
        perform trading._emit_order_submission(p_account_id, p_order_id, version, p_ctx);
    else
        outcome := case
            when conflict_field is not null then 'conflict'
            when v_old.lifecycle = 'denied' then 'refused'
            else 'replayed'
        end;
        status := v_old.status;
        version := v_old.version;
        if outcome = 'refused' then
            refusal_code := v_old.refusal_code;
            refusal_detail := v_old.refusal_detail;
        end if;
    end if;
    return next;
end
$function$;

alter function trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) is 'The answer to a submission whose order id or idempotency key is already in the book; claims an external order.';

revoke execute on function trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._answer_known_order(p_account_id uuid, p_order_id uuid, p_instrument_id uuid, p_position_key text, p_run_id uuid, p_side text, p_type text, p_time_in_force text, p_qty numeric, p_price numeric, p_stop_price numeric, p_idempotency_key text, p_submitted_at timestamp with time zone, p_ctx jsonb) to daybook_owner;
