create or replace function trading._reconcile_fill(p_step trading.reconcile_step) returns trading.fills
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_fill trading.fills := jsonb_populate_record(null::trading.fills, p_step.args -> 'fill');
begin
    v_fill.recorded_at := clock_timestamp();
    return v_fill;
end
$$;

comment on function trading._reconcile_fill(trading.reconcile_step) is 'The fill that a step records, as it is received now.';
