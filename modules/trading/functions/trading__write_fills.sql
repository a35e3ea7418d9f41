-- daybook-lint: allow state-change-without-event until 2028-06-30: whoever calls it emits for each fill it was given
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._write_fills(
    p_account_id uuid, p_fills trading.fills[], p_positions trading.positions[], p_orders trading.orders[],
    p_other_fees trading.position_fees[], p_closed trading.roundtrips[])
returns void
language plpgsql volatile
as $$
begin
    -- In the order of ids, so that two batches with the same fills, under whatever orders, wait in one direction. What on conflict asks of
    -- each index before the row is written costs more than this block.
    begin
        insert into trading.fills select f.* from unnest(p_fills) as f order by f.fill_id;
    exception
        when unique_violation then
            raise exception 'a fill of the batch is being recorded by someone else for account %', p_account_id
                using errcode = '40001',
                      hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
    end;

    update trading.orders as o
       set cum_qty = n.cum_qty, cum_value = n.cum_value, lifecycle = n.lifecycle, pending = n.pending, outcome_unknown = n.outcome_unknown,
           requested_qty = n.requested_qty, requested_price = n.requested_price, requested_stop_price = n.requested_stop_price,
           version = n.version, updated_at = clock_timestamp()
      from unnest(p_orders) as n
     where o.account_id = p_account_id and o.order_id = n.order_id and o.version <> n.version;

    update trading.positions as p
       set signed_qty = n.signed_qty, open_cost = n.open_cost, avg_price = n.avg_price,
           realized_gross = n.realized_gross, fees = n.fees, cycle = n.cycle, version = n.version,
           opened_at = n.opened_at, last_fill_at = n.last_fill_at, cycle_version = n.cycle_version,
           cycle_qty = n.cycle_qty, cycle_entry_value = n.cycle_entry_value, cycle_exit_value = n.cycle_exit_value,
           cycle_low = n.cycle_low, cycle_high = n.cycle_high, cycle_gross_before = n.cycle_gross_before,
           cycle_fees_before = n.cycle_fees_before
      from unnest(p_positions) as n
     where p.account_id = p_account_id and p.position_id = n.position_id and p.version <> n.version;

    perform trading._write_roundtrips(p_closed);
    if cardinality(p_other_fees) > 0 then
        perform trading._add_position_fees(p_other_fees);
    end if;
end
$$;

comment on function trading._write_fills(uuid, trading.fills[], trading.positions[], trading.orders[], trading.position_fees[], trading.roundtrips[]) is
    'Writes new fills and, once each, the positions and orders they moved; the round trips they closed; and adds what they cost in currencies other than their position''s.';
