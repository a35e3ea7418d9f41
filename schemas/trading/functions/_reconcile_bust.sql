-- daybook mirror: function trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_event trading.fill_events;
begin
    v_event.account_id := p_account_id;
    v_event.event_id := (p_step.args ->> 'event_id')::uuid;
    v_event.fill_id := p_step.ref_id;
    v_event.kind := 'bust';
    v_event.leaves_qty := (p_step.args ->> 'leaves_qty')::numeric;
    v_event.reason := p_step.detail;
    v_event.occurred_at := p_as_of;
    v_event.recorded_at := clock_timestamp();
    v_event.ctx := p_ctx;
    return (trading._record_fill_event(v_event)).outcome;
end
$function$;

alter function trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) is 'Takes back the fill that a step names, and returns the outcome.';

revoke execute on function trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_bust(p_account_id uuid, p_step trading.reconcile_step, p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
