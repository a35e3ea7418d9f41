begin;
select plan(30);

select ref.fn_register_venue('test_venue', 'Test venue');
select ref.fn_register_currency(c, c, 'crypto') from unnest(array['TSTA', 'TSTB', 'TSTC']) as c;

prepare spot as select * from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000001', 'test_venue', 'TSTATSTB', 'spot', 'TSTA', 'TSTB',
    p_tick_size => 0.010, p_lot_size => 1);
select results_eq('spot', $$values ('created', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'an instrument');
select results_eq('spot', $$values ('replayed', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'once');
select results_eq($$select * from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000002', 'test_venue', 'TSTATSTB', 'spot', 'TSTA', 'TSTB', 'TSTB', 0.01, 1.0, 1)$$,
    $$values ('replayed', '0190a000-0000-7000-8000-000000000001'::uuid, null::text)$$, 'under another id it answers with the id that counts');
select results_eq($$select settle, tick_size::text, lot_size::text, multiplier::text, version from ref.instruments where instrument_id = '0190a000-0000-7000-8000-000000000001'$$,
    $$values ('TSTB', '0.01', '1', '1', 1::bigint)$$, 'spot settles in its quote; amounts are without trailing zeros');

-- Each field that can differ is named.
select results_eq(format($$select outcome, instrument_id, conflict_field from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000003', 'test_venue', 'TSTATSTB', 'spot', %s)$$, args),
    format($$values ('conflict', '0190a000-0000-7000-8000-000000000001'::uuid, %L)$$, field), 'conflict in ' || field)
  from (values ('base', $$'TSTC', 'TSTB', null, 0.01, 1$$), ('quote', $$'TSTA', 'TSTC', null, 0.01, 1$$),
               ('tick_size', $$'TSTA', 'TSTB', null, 0.02, 1$$), ('lot_size', $$'TSTA', 'TSTB', null, 0.01$$),
               ('multiplier', $$'TSTA', 'TSTB', null, 0.01, 1, 2$$)) as v (field, args);
select results_eq($$select outcome, instrument_id, conflict_field from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000001', 'test_venue', 'OTHER', 'spot', 'TSTA', 'TSTB')$$,
    $$values ('conflict', '0190a000-0000-7000-8000-000000000001'::uuid, 'symbol')$$, 'an id belongs to one instrument');

select results_eq($$select outcome from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000004', 'test_venue', 'TSTATSTB', 'perp', 'TSTA', 'TSTB')$$, array['created'], 'a perpetual of the same symbol');
select results_eq($$select outcome from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000005', 'test_venue', 'TSTATSTB', 'inverse', 'TSTA', 'TSTB', p_multiplier => 100)$$, array['created'], 'an inverse one');
select results_eq($$select outcome from ref.fn_register_instrument('0190a000-0000-7000-8000-000000000006', 'test_venue', 'QUANTO', 'perp', 'TSTA', 'TSTB', 'TSTC')$$, array['created'], 'a perpetual that settles in a third currency');
select results_eq($$select kind, settle from ref.fn_find_instrument('test_venue', 'TSTATSTB')$$,
    $$values ('inverse', 'TSTA'), ('perp', 'TSTB'), ('spot', 'TSTB')$$, 'all kinds are found by symbol');
select results_eq($$select instrument_id from ref.fn_find_instrument('test_venue', 'TSTATSTB', 'perp')$$,
    array['0190a000-0000-7000-8000-000000000004'::uuid], 'or one of them');
select is_empty($$select 1 from ref.fn_find_instrument('test_venue', 'NONE')$$, 'an unknown symbol finds nothing');

select results_eq($$select event_type, aggregate_version::bigint, payload::jsonb from bus.domain_events where aggregate_id = '0190a000-0000-7000-8000-000000000001'$$,
    $$values ('ref.instrument_registered', 1::bigint, '{"instrument_id": "0190a000-0000-7000-8000-000000000001", "venue": "test_venue", "symbol": "TSTATSTB",
              "kind": "spot", "base": "TSTA", "quote": "TSTB", "settle": "TSTB", "tick_size": "0.01", "lot_size": "1", "multiplier": "1"}'::jsonb)$$,
    'one event, amounts as decimal text');
select ok(not payload ? 'tick_size', 'what is unknown is left out of the event')
  from bus.domain_events where aggregate_id = '0190a000-0000-7000-8000-000000000004';

select throws_ok(format($$select ref.fn_register_instrument('0190a000-0000-7000-8000-000000000009', %s)$$, args), code, null, why)
  from (values
    (1, $$'nowhere', 'S', 'spot', 'TSTA', 'TSTB'$$, 'TB002', 'an unknown venue'),
    (2, $$'test_venue', 'S', 'spot', 'NONE', 'TSTB'$$, 'TB002', 'an unknown base'),
    (3, $$'test_venue', 'S', 'spot', 'TSTA', 'NONE'$$, 'TB002', 'an unknown quote'),
    (4, $$'test_venue', 'S', 'perp', 'TSTA', 'TSTB', 'NONE'$$, 'TB002', 'an unknown settlement'),
    (5, $$'test_venue', 'S', 'spot', 'TSTA', null$$, 'TB002', 'no quote'),
    (6, $$'test_venue', 'S', 'option', 'TSTA', 'TSTB'$$, 'TB001', 'an unknown kind'),
    (7, $$'test_venue', 'a b', 'spot', 'TSTA', 'TSTB'$$, 'TB001', 'a symbol with a blank'),
    (8, $$'test_venue', 'S', 'spot', 'TSTA', 'TSTB', null, 0$$, 'TB001', 'a tick size of zero'),
    (9, $$'test_venue', 'S', 'spot', 'TSTA', 'TSTB', null, 'NaN'$$, 'TB001', 'a tick size that is no number'),
    (10, $$'test_venue', 'S', 'spot', 'TSTA', 'TSTB', null, null, null, null$$, 'TB001', 'no multiplier'),
    (11, $$'test_venue', 'S', 'spot', 'TSTA', 'TSTB', 'TSTA'$$, 'TB001', 'spot that settles in its base')) as v (n, args, code, why)
 order by n;
select throws_ok($$select ref.fn_register_instrument(null, 'test_venue', 'S', 'spot', 'TSTA', 'TSTB')$$, 'TB001', null, 'no id');

select * from finish();
rollback;
