-- daybook-lint: allow state-change-without-event until 2028-06-30: the bust or correction that calls it emits
create or replace function trading._write_amended(p_order trading.orders, p_position trading.positions) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    update trading.orders as o
       set cum_qty = p_order.cum_qty, cum_value = p_order.cum_value, lifecycle = p_order.lifecycle,
           pending = p_order.pending, outcome_unknown = p_order.outcome_unknown, requested_qty = p_order.requested_qty,
           requested_price = p_order.requested_price, requested_stop_price = p_order.requested_stop_price,
           version = p_order.version, updated_at = clock_timestamp()
     where o.account_id = p_order.account_id and o.order_id = p_order.order_id;
    update trading.positions as p
       set signed_qty = p_position.signed_qty, open_cost = p_position.open_cost, avg_price = p_position.avg_price,
           realized_gross = p_position.realized_gross, fees = p_position.fees, cycle = p_position.cycle, version = p_position.version,
           opened_at = p_position.opened_at, last_fill_at = p_position.last_fill_at, cycle_version = p_position.cycle_version,
           cycle_qty = p_position.cycle_qty, cycle_entry_value = p_position.cycle_entry_value, cycle_exit_value = p_position.cycle_exit_value,
           cycle_low = p_position.cycle_low, cycle_high = p_position.cycle_high, cycle_gross_before = p_position.cycle_gross_before,
           cycle_fees_before = p_position.cycle_fees_before
     where p.account_id = p_position.account_id and p.position_id = p_position.position_id;
$$;

comment on function trading._write_amended(trading.orders, trading.positions) is
    'Writes an order and a position, whose locks the caller holds, after a bust or correction.';
