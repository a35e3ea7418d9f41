-- daybook mirror: function trading._reconcile_fill(p_step trading.reconcile_step)
-- needs: trading/tables/fills.sql
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_fill(p_step trading.reconcile_step)
 RETURNS trading.fills
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_fill trading.fills := jsonb_populate_record(null::trading.fills, p_step.args -> 'fill');
begin
    v_fill.recorded_at := clock_timestamp();
    return v_fill;
end
$function$;

alter function trading._reconcile_fill(p_step trading.reconcile_step) owner to daybook_api;

comment on function trading._reconcile_fill(p_step trading.reconcile_step) is 'The fill that a step records, as it is received now.';

revoke execute on function trading._reconcile_fill(p_step trading.reconcile_step) from public;
grant execute on function trading._reconcile_fill(p_step trading.reconcile_step) to daybook_owner;
