-- daybook mirror: function trading._take_state(p_account_id uuid, p_table text, p_rows json)

CREATE OR REPLACE FUNCTION trading._take_state(p_account_id uuid, p_table text, p_rows json)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_taken bigint;
begin
    case p_table
    when 'accounts' then
        insert into trading.accounts as a
        select r.* from json_populate_recordset(null::trading.accounts, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint accounts_pkey do update
            set status = excluded.status, closed_at = excluded.closed_at, version = excluded.version
            where a.version < excluded.version;
    when 'runs' then
        insert into trading.runs as t
        select r.* from json_populate_recordset(null::trading.runs, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint runs_pkey do update
            set status = excluded.status, finished_at = excluded.finished_at, finish_ctx = excluded.finish_ctx, version = excluded.version
            where t.version < excluded.version;
    when 'orders' then
        insert into trading.orders as o (
              account_id, order_id, origin, instrument_id, position_key, run_id, side, type, time_in_force, qty, price, stop_price,
              idempotency_key, submitted_at, refusal_code, refusal_detail, lifecycle, pending, outcome_unknown, exchange_order_id,
              working_qty, working_price, working_stop_price, requested_qty, requested_price, requested_stop_price, cum_qty, cum_value,
              version, recorded_at, updated_at, ctx)
        select r.account_id, r.order_id, r.origin, r.instrument_id, r.position_key, r.run_id, r.side, r.type, r.time_in_force, r.qty,
               r.price, r.stop_price, r.idempotency_key, r.submitted_at, r.refusal_code, r.refusal_detail, r.lifecycle, r.pending,
               r.outcome_unknown, r.exchange_order_id, r.working_qty, r.working_price, r.working_stop_price, r.requested_qty,
               r.requested_price, r.requested_stop_price, r.cum_qty, r.cum_value, r.version, r.recorded_at, r.updated_at, r.ctx
          from json_populate_recordset(null::trading.orders, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint orders_pkey do update
            set origin = excluded.origin, type = excluded.type, time_in_force = excluded.time_in_force, qty = excluded.qty,
                price = excluded.price, stop_price = excluded.stop_price, run_id = excluded.run_id,
                idempotency_key = excluded.idempotency_key, submitted_at = excluded.submitted_at, lifecycle = excluded.lifecycle,
                pending = excluded.pending, outcome_unknown = excluded.outcome_unknown, exchange_order_id = excluded.exchange_order_id,
                working_qty = excluded.working_qty, working_price = excluded.working_price,
                working_stop_price = excluded.working_stop_price, requested_qty = excluded.requested_qty,
                requested_price = excluded.requested_price, requested_stop_price = excluded.requested_stop_price,
                cum_qty = excluded.cum_qty, cum_value = excluded.cum_value, version = excluded.version, updated_at = excluded.updated_at,
                ctx = excluded.ctx
            where o.version < excluded.version;
    when 'positions' then
        insert into trading.positions as p (
              account_id, position_id, instrument_id, position_key, kind, base_currency, currency, multiplier, signed_qty, open_cost,
              avg_price, realized_gross, fees, funding, cycle, version, opened_at, last_fill_at, cycle_version, cycle_qty,
              cycle_entry_value, cycle_exit_value, cycle_low, cycle_high, cycle_gross_before, cycle_fees_before, recorded_at)
        select r.account_id, r.position_id, r.instrument_id, r.position_key, r.kind, r.base_currency, r.currency, r.multiplier,
               r.signed_qty, r.open_cost, r.avg_price, r.realized_gross, r.fees, r.funding, r.cycle, r.version, r.opened_at,
               r.last_fill_at, r.cycle_version, r.cycle_qty, r.cycle_entry_value, r.cycle_exit_value, r.cycle_low, r.cycle_high,
               r.cycle_gross_before, r.cycle_fees_before, r.recorded_at
          from json_populate_recordset(null::trading.positions, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint positions_pkey do update
            set signed_qty = excluded.signed_qty, open_cost = excluded.open_cost, avg_price = excluded.avg_price,
                realized_gross = excluded.realized_gross, fees = excluded.fees, funding = excluded.funding, cycle = excluded.cycle,
                version = excluded.version, opened_at = excluded.opened_at, last_fill_at = excluded.last_fill_at,
                cycle_version = excluded.cycle_version, cycle_qty = excluded.cycle_qty, cycle_entry_value = excluded.cycle_entry_value,
                cycle_exit_value = excluded.cycle_exit_value, cycle_low = excluded.cycle_low, cycle_high = excluded.cycle_high,
                cycle_gross_before = excluded.cycle_gross_before, cycle_fees_before = excluded.cycle_fees_before
            where (p.version, p.funding) is distinct from (excluded.version, excluded.funding);
    when 'position_fees' then
        insert into trading.position_fees as f
        select r.* from json_populate_recordset(null::trading.position_fees, p_rows) as r where r.account_id = p_account_id
        on conflict on constraint position_fees_pkey do update
            set amount = excluded.amount, priced = excluded.priced, converted = excluded.converted
            where (f.amount, f.priced, f.converted) is distinct from (excluded.amount, excluded.priced, excluded.converted);
    end case;
    get diagnostics v_taken = row_count;
    return v_taken;
end
$function$;

alter function trading._take_state(p_account_id uuid, p_table text, p_rows json) owner to daybook_api;

comment on function trading._take_state(p_account_id uuid, p_table text, p_rows json) is 'Takes over rows of a table of an account that says what is known, unless what is here is as new. Returns how many are new or newer. The caller has checked the name of the table, and emits the event.';

revoke execute on function trading._take_state(p_account_id uuid, p_table text, p_rows json) from public;
grant execute on function trading._take_state(p_account_id uuid, p_table text, p_rows json) to daybook_owner;
