-- The same thousand rows, bare, in one insert.
insert into trading.fills (account_id, fill_id, order_id, instrument_id, position_key, side, qty, price, fee, fee_currency, liquidity,
                           filled_at, order_version, order_status, order_cum_qty, position_version, position_cycle, position_qty,
                           position_avg_price, realized_gross, realized_net, position_realized)
select '00000000-0000-7000-8000-000000000000', gen_random_uuid(), '00000000-0000-7000-8000-000000000000',
       '0190a000-0000-7000-8000-000000000001', '', 'buy', 0.01, 40000.5, 0.04, 'USDT', 'taker', now(), 2, 'partially_filled', 0.02,
       first + n, 1, 0.02, 40000.5, 0, -0.04, -0.08
  from (select floor(random() * 1000000000000000)::bigint as first) as f, generate_series(1, 1000) as n;
