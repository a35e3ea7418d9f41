begin;
select plan(23);

-- The vectors of test/unit/book/reconcile_test.c.
select is(trading._reconcile_price(v.kind, v.qty, v.avg, v.venue_qty, v.venue_avg), v.price,
          concat_ws(' ', v.kind, v.qty, '@', v.avg, 'to', v.venue_qty, '@', v.venue_avg))
  from (values
    ('perp', 10::numeric, 100::numeric, 15::numeric, 102::numeric, 106::numeric),
    ('perp', -100, 1.30, -200, 1.28, 1.26),
    ('perp', 150, 1.23456, 250, 1.24567, 1.262335),
    ('perp', 100, 1.20, 0, 0, 1.20),
    ('perp', 100, 1.20, -100, 1.25, 1.25),
    ('perp', 100, 1.20, 40, 1.25, 1.20),
    ('perp', 0, 0, 5, 7, 7),
    ('perp', 100, 2.00, 200, 1.00, null),
    ('perp', 100, 2.00, 200, 0.90, null),
    ('perp', 100, 1.20, 100, 1.25, null),
    ('perp', 0.02, 4200, 0.04, 4100, 4000),
    ('perp', 10, 100, 15, null, null),
    ('perp', 10, 100, 5, null, 100),
    ('perp', 0, 0, 5, null, null),
    ('inverse', 100, 10000, 200, 12500, 16666.666666666666666667),
    ('inverse', -100, 10000, -200, 8000, 6666.666666666666666667),
    ('inverse', 100, 10000, 200, 30000, null),
    ('inverse', 100, 10000, 0, 0, 10000)) as v (kind, qty, avg, venue_qty, venue_avg, price);

select ok(trading._reconcile_matches(10, 100, 10.0, 100.005), 'averages are nearly the same');
select ok(not trading._reconcile_matches(10, 100, 10, 100.010000001), 'or not');
select ok(not trading._reconcile_matches(10, 100, 11, 100), 'quantities are the same, or not');
select ok(trading._reconcile_matches(0, 0, 0, 3), 'flat is flat');
select ok(trading._reconcile_matches(-10, 100, -10, null), 'an average that is not said is not compared');

select * from finish();
rollback;
