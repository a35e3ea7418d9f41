-- daybook-lint: allow state-change-without-event until 2028-06-30: whoever calls it emits for each fill it was given
create or replace function trading._write_fills(
    p_account_id uuid, p_fills trading.fills[], p_positions trading.positions[], p_orders trading.orders[], p_odd_fees boolean)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_written bigint;
begin
    insert into trading.fills select f.* from unnest(p_fills) as f on conflict do nothing;
    get diagnostics v_written = row_count;
    if v_written <> cardinality(p_fills) then
        raise exception 'a fill of the batch is being recorded by someone else for account %', p_account_id
            using errcode = '40001',
                  hint = 'Nothing was recorded. Repeat the call: it will be answered from what is recorded by then.';
    end if;

    update trading.orders as o
       set cum_qty = n.cum_qty, cum_value = n.cum_value, outcome_unknown = n.outcome_unknown, version = n.version,
           updated_at = clock_timestamp()
      from unnest(p_orders) as n
     where o.account_id = p_account_id and o.order_id = n.order_id and o.version <> n.version;

    update trading.positions as p
       set signed_qty = n.signed_qty, open_cost = n.open_cost, avg_price = n.avg_price, realized_gross = n.realized_gross,
           fees = n.fees, cycle = n.cycle, version = n.version, opened_at = n.opened_at, last_fill_at = n.last_fill_at
      from unnest(p_positions) as n
     where p.account_id = p_account_id and p.position_id = n.position_id and p.version <> n.version;

    if p_odd_fees then
        insert into trading.position_fees as f (account_id, position_id, currency, fee_kind, amount)
        select p_account_id, p.position_id, n.fee_currency, k.fee_kind, trim_scale(sum(n.fee))
          from unnest(p_fills) as n
          join unnest(p_positions) as p on p.instrument_id = n.instrument_id and p.position_key = n.position_key
         cross join lateral (values (trading._fee_kind(p.kind, p.base_currency, p.currency, n.fee, n.fee_currency))) as k (fee_kind)
         where k.fee_kind in ('base', 'other')
         group by p.position_id, n.fee_currency, k.fee_kind
         order by p.position_id, n.fee_currency
        on conflict on constraint position_fees_pkey do update set amount = trim_scale(f.amount + excluded.amount);
    end if;
end
$$;

comment on function trading._write_fills(uuid, trading.fills[], trading.positions[], trading.orders[], boolean) is
    'Writes new fills and, once each, the positions and orders they moved. p_odd_fees says whether a fee is in another currency than its position.';
