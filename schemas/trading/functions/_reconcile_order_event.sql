-- daybook mirror: function trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS text
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select e.outcome
      from trading._record_order_event(
          p_account_id, (p_step.args ->> 'order_id')::uuid, p_step.ref_id, p_step.action, p_step.args ->> 'exchange_order_id',
          p_step.args ->> 'reason', p_as_of, (p_step.args ->> 'qty')::numeric, (p_step.args ->> 'price')::numeric,
          (p_step.args ->> 'stop_price')::numeric, false, p_ctx) as e
     where p_step.action is not null
$function$;

alter function trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) is 'Records the event of an order that a step says, and returns its outcome; null for a step without an action.';

revoke execute on function trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_order_event(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
