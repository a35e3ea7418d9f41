create or replace function trading._reconcile_order_event(
    p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamptz, p_ctx jsonb)
returns text
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select e.outcome
      from trading._record_order_event(
          p_account_id, (p_step.args ->> 'order_id')::uuid, p_step.ref_id, p_step.action, p_step.args ->> 'exchange_order_id',
          p_step.args ->> 'reason', p_as_of, (p_step.args ->> 'qty')::numeric, (p_step.args ->> 'price')::numeric,
          (p_step.args ->> 'stop_price')::numeric, false, p_ctx) as e
     where p_step.action is not null
$$;

comment on function trading._reconcile_order_event(uuid, trading.reconcile_step, timestamptz, jsonb) is
    'Records the event of an order that a step says, and returns its outcome; null for a step without an action.';
