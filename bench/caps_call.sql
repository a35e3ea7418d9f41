-- One order in the name of a bot with its lease.
select outcome
  from trading.fn_submit_order(
    ('00000000-0000-7000-8000-' || lpad(:bot::text, 12, '0'))::uuid, gen_random_uuid(), '0190a000-0000-7000-8000-000000000001',
    'buy', 'limit', 0.01, 40000.5, null, 'gtc',
    p_ctx => jsonb_build_object('bot', '00000000-0000-7000-8000-' || lpad(:bot::text, 12, '0'), 'fence', 1));
