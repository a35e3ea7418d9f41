-- daybook mirror: function trading._take_facts(p_account_id uuid, p_table text, p_rows json)

CREATE OR REPLACE FUNCTION trading._take_facts(p_account_id uuid, p_table text, p_rows json)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_taken bigint;
begin
    case p_table
    when 'order_events' then
        insert into trading.order_events
        select r.* from json_populate_recordset(null::trading.order_events, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint order_events_pkey do nothing;
    when 'fills' then
        insert into trading.fills
        select r.* from json_populate_recordset(null::trading.fills, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint fills_pkey do nothing;
    when 'fill_events' then
        insert into trading.fill_events
        select r.* from json_populate_recordset(null::trading.fill_events, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint fill_events_pkey do nothing;
    when 'cash_entries' then
        insert into trading.cash_entries
        select r.* from json_populate_recordset(null::trading.cash_entries, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint cash_entries_pkey do nothing;
    when 'funding_payments' then
        insert into trading.funding_payments
        select r.* from json_populate_recordset(null::trading.funding_payments, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint funding_payments_pkey do nothing;
    when 'equity_points' then
        insert into trading.equity_points
        select r.* from json_populate_recordset(null::trading.equity_points, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint equity_points_pkey do nothing;
    when 'state_snapshots' then
        insert into trading.state_snapshots
        select r.* from json_populate_recordset(null::trading.state_snapshots, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint state_snapshots_pkey do nothing;
    when 'decision_log' then
        insert into trading.decision_log
        select r.* from json_populate_recordset(null::trading.decision_log, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint decision_log_pkey do nothing;
    when 'reconcile_runs' then
        insert into trading.reconcile_runs
        select r.* from json_populate_recordset(null::trading.reconcile_runs, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint reconcile_runs_pkey do nothing;
    when 'performance_snapshots' then
        insert into trading.performance_snapshots
        select r.* from json_populate_recordset(null::trading.performance_snapshots, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint performance_snapshots_pkey do nothing;
    end case;
    get diagnostics v_taken = row_count;
    return v_taken;
end
$function$;

alter function trading._take_facts(p_account_id uuid, p_table text, p_rows json) owner to daybook_api;

comment on function trading._take_facts(p_account_id uuid, p_table text, p_rows json) is 'Takes over rows of a table of facts of an account, as another place recorded them. Returns how many are new. The caller has checked the name of the table, and emits the event.';

revoke execute on function trading._take_facts(p_account_id uuid, p_table text, p_rows json) from public;
grant execute on function trading._take_facts(p_account_id uuid, p_table text, p_rows json) to daybook_owner;
