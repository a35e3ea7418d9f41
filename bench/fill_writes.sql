-- The four rows that a whole fill writes, written by hand with one statement: nothing is checked, found out or decided.
with fill as (
    insert into trading.fills (account_id, fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, liquidity,
                               filled_at, order_version, order_status, order_cum_qty, position_version, position_cycle, position_qty,
                               position_avg_price, realized_gross, realized_net, position_realized)
    values (('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, gen_random_uuid(),
            ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, '0190a000-0000-7000-8000-000000000001', '',
            'buy', 0.01, 40000.5, 0.04, 'USDT', 'taker', now(), 2, 'partially_filled', 0.02, floor(random() * 1000000000000000)::bigint,
            1, 0.02, 40000.5, 0, -0.04, -0.08)
), worked as (
    update trading.orders as o
       set cum_qty = o.cum_qty + 0.01, cum_value = o.cum_value + 400.005, version = o.version + 1, updated_at = clock_timestamp()
     where o.account_id = ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid
       and o.order_id = ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid
), held as (
    update trading.positions as p
       set signed_qty = p.signed_qty + 0.01, open_cost = p.open_cost + 400.005, fees = p.fees + 0.04, version = p.version + 1,
           cycle_qty = p.cycle_qty + 0.01, cycle_entry_value = p.cycle_entry_value + 400.005, last_fill_at = clock_timestamp()
     where p.account_id = ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid
       and p.instrument_id = '0190a000-0000-7000-8000-000000000001' and p.position_key = ''
)
insert into bus.domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, aggregate_version, occurred_at, payload)
values (gen_random_uuid(), 'trading.fill_recorded', ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, 'order',
        '00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'), floor(random() * 1000000000000000)::bigint + 1, now(),
        '{"fee": "0.04", "qty": "0.01", "side": "buy", "flags": [], "price": "40000.5", "fill_id": "00000000-0000-7000-8000-000000000000",
          "order_id": "00000000-0000-7000-8000-000000000000", "liquidity": "taker", "position_id": "00000000-0000-7000-8000-000000000000",
          "fee_currency": "USDT", "order_status": "partially_filled", "position_key": "", "position_qty": "0.02", "realized_net": "-0.04",
          "instrument_id": "0190a000-0000-7000-8000-000000000001", "order_cum_qty": "0.02", "position_cycle": 1, "realized_gross": "0",
          "position_version": 2, "position_realized": "-0.08", "position_avg_price": "40000.5", "trade_discriminator": ""}');
