-- A thousand whole fills in one call; it fails unless each was recorded.
select 1 / (count(*) = 1000)::integer
  from (select array_agg(gen_random_uuid()) as ids, array_agg('00000000-0000-7000-8000-000000000000'::uuid) as orders,
               array_agg('0190a000-0000-7000-8000-000000000001'::uuid) as instruments, array_agg('buy'::text) as sides,
               array_agg(0.01) as qtys, array_agg(40000.5) as prices, array_agg(0.04) as fees, array_agg('USDT'::text) as currencies,
               array_agg('taker'::text) as liquidities, array_agg(now()) as times
          from generate_series(1, 1000)) as a,
       trading.fn_record_fills('00000000-0000-7000-8000-000000000000', a.ids, a.orders, a.instruments, a.sides, a.qtys, a.prices, a.fees,
                               a.currencies, a.liquidities, null, null, null, a.times, null, null) as answer
 where answer.outcome = 'created';
