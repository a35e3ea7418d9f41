-- daybook mirror: function trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb)
-- needs: trading/types/reconcile_step.sql

CREATE OR REPLACE FUNCTION trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_step trading.reconcile_step;
    v_outcome text;
    v_fills trading.fills[];
begin
    -- Orders before their fills, so that fills find the terms; and all fills that happened before what only stands for some.
    foreach v_step in array p_steps loop
        if v_step.action = 'import_order' then
            perform trading._reconcile_done(v_step, (
                select k.outcome from trading._take_order(jsonb_populate_record(null::trading.orders, v_step.args -> 'order')) as k));
        elsif v_step.action = 'record_fill' then
            v_fills := v_fills || trading._reconcile_fill(v_step);
        end if;
    end loop;
    for v_outcome in select a.outcome from unnest(trading._apply_fills(p_account_id, v_fills, p_ctx)) as a where v_fills is not null loop
        perform trading._reconcile_done(null, v_outcome);
    end loop;

    foreach v_step in array p_steps loop
        case v_step.action
            when 'import_order', 'record_fill' then
                v_outcome := 'created';
            when 'bust_fill' then
                v_outcome := trading._reconcile_bust(p_account_id, v_step, p_as_of, p_ctx);
            when 'adjust_position' then
                perform trading._take_order(jsonb_populate_record(null::trading.orders, v_step.args -> 'order'));
                v_outcome := (trading._apply_fill(trading._reconcile_fill(v_step))).outcome;
            when 'infer_fill' then
                v_outcome := (trading._apply_fill(trading._reconcile_fill(v_step))).outcome;
            when 'record_cash' then
                select c.outcome into v_outcome
                  from trading._record_cash(p_account_id, v_step.ref_id, 'adjustment', v_step.args ->> 'currency',
                                            (v_step.args ->> 'amount')::numeric, p_as_of, v_step.detail, p_ctx) as c;
            else
                v_outcome := coalesce(trading._reconcile_order_event(p_account_id, v_step, p_as_of, p_ctx), 'created');
        end case;
        perform trading._reconcile_done(v_step, v_outcome);
    end loop;
end
$function$;

alter function trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb) owner to daybook_api;

comment on function trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb) is 'Does what steps say, through the same functions as everybody who records such a thing. The caller holds the locks.';

revoke execute on function trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb) from public;
grant execute on function trading._reconcile_apply(p_account_id uuid, p_steps trading.reconcile_step[], p_as_of timestamp with time zone, p_ctx jsonb) to daybook_owner;
