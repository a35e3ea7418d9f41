-- A whole fill: the row, its order, its position and its event, in one call and one transaction.
select outcome
  from trading.fn_record_fill(
    ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, gen_random_uuid(),
    ('00000000-0000-7000-8000-' || lpad(:client_id::text, 12, '0'))::uuid, '0190a000-0000-7000-8000-000000000001',
    'buy', 0.01, 40000.5, 0.04, 'USDT', 'taker', null, '', '', now(), null, null);
