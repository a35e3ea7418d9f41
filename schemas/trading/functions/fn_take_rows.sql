-- daybook mirror: function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb DEFAULT NULL::jsonb, p_ctx jsonb DEFAULT NULL::jsonb)
 RETURNS TABLE(outcome text, rows_taken bigint)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_ctx constant jsonb := util.ctx(p_ctx);
    v_fence settings.account_fences;
begin
    perform settings._require_right(p_account_id, 'manage');
    select f.* into v_fence from settings.account_fences as f where f.account_id = p_account_id for no key update;
    if v_fence.state is distinct from 'arriving' or v_fence.move_id is distinct from p_move_id then
        raise exception 'account % is not arriving by move %', p_account_id, coalesce(p_move_id::text, 'null')
            using errcode = 'TB004', hint = 'Begin with trading.fn_move_account() and the step arrive.';
    end if;
    if json_typeof(p_rows) is distinct from 'array' then
        raise exception 'argument p_rows is %', coalesce(json_typeof(p_rows), 'null')
            using errcode = 'TB001', hint = 'Pass an array of objects whose keys are columns of the table.';
    end if;

    case
    when p_table in ('accounts', 'runs', 'orders', 'positions', 'position_fees') then
        rows_taken := trading._take_state(p_account_id, p_table, p_rows);
    when p_table in ('order_events', 'fills', 'fill_events', 'cash_entries', 'funding_payments', 'equity_points', 'state_snapshots', 'decision_log',
                     'reconcile_runs', 'performance_snapshots') then
        rows_taken := trading._take_facts(p_account_id, p_table, p_rows);
    when p_table in ('restated_positions', 'fill_restatements', 'roundtrips') then
        rows_taken := trading._take_derived(p_account_id, p_table, p_rows);
    when p_table = 'sessions' then
        rows_taken := ops._take_sessions(p_rows);
    when p_table in ('domain_events', 'session_events') then
        rows_taken := bus._take_events(p_account_id, p_rows);
    when p_table = 'audit_log' then
        rows_taken := audit._take_log(p_account_id, p_rows);
    else
        raise exception 'argument p_table is %, which is not a table of a book', coalesce(quote_literal(left(p_table, 40)), 'null')
            using errcode = 'TB001', hint = 'Name a table without its schema: orders, fills, domain_events.';
    end case;

    if rows_taken = 0 and v_fence.progress is not distinct from p_progress then
        outcome := 'replayed';
        return next;
        return;
    end if;

    outcome := 'created';
    update settings.account_fences as f set progress = p_progress where f.account_id = p_account_id;
    perform bus.fn_emit_domain_event('trading.rows_taken', p_move_id::text,
        jsonb_build_object('account_id', p_account_id, 'move_id', p_move_id, 'table', p_table, 'rows', rows_taken), null, null, p_account_id, v_ctx);
    return next;
end
$function$;

alter function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb) owner to daybook_api;

comment on function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb) is 'Takes over rows of the book of an arriving account as another place has them, and keeps how far the copy has come. created when something was new, replayed when all of it was there. Rows of other accounts are left out. TB001 malformed, TB004 for an account that is not arriving by this move; what a constraint refuses is its error.';

revoke execute on function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb) from public;
grant execute on function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb) to daybook_manager;
grant execute on function trading.fn_take_rows(p_account_id uuid, p_move_id uuid, p_table text, p_rows json, p_progress jsonb, p_ctx jsonb) to daybook_owner;
