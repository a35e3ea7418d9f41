-- Thirty-two accounts, each with an order that never fills up and a position that its first fill opened.
select ref.fn_register_venue('bench', 'Bench');
select ref.fn_register_currency('BTC', 'Bitcoin', 'crypto');
select ref.fn_register_currency('USDT', 'Tether', 'crypto');
select ref.fn_register_instrument('0190a000-0000-7000-8000-000000000001', 'bench', 'BTCUSDT', 'spot', 'BTC', 'USDT');
select trading.fn_open_account(a, 'bench ' || n, 'bench', 'USDT', 'paper', 'netting', 1000000, null),
       trading.fn_submit_order(a, a, '0190a000-0000-7000-8000-000000000001', 'buy', 'limit', 10000000000, 40000.5, null, 'gtc'),
       trading.fn_record_fill(a, a, a, '0190a000-0000-7000-8000-000000000001', 'buy', 0.01, 40000.5, 0.04, 'USDT', 'taker', null,
                              '', '', now(), null, null)
  from (select n, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid as a from generate_series(0, 31) n) accounts;
