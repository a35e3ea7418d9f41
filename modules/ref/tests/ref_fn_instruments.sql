begin;
select plan(4);

select ref.fn_register_currency(c, c, 'crypto') from unnest(array['AAA', 'BBB']) as c;
select ref.fn_register_venue(v, v) from unnest(array['tap_one', 'tap_two']) as v;
select ref.fn_register_instrument(gen_random_uuid(), v, s, 'spot', 'AAA', 'BBB')
  from unnest(array['tap_one', 'tap_two']) as v, unnest(array['AAABBB', 'BBBAAA']) as s;

select is((select count(*) from ref.fn_instruments() where venue like 'tap\_%'), 4::bigint, 'all without arguments');
select results_eq(
    $$ select venue, symbol from ref.fn_instruments('tap_two') $$,
    $$ values ('tap_two', 'AAABBB'), ('tap_two', 'BBBAAA') $$, 'of one venue, ordered');
select results_eq(
    $$ select venue, symbol from ref.fn_instruments(p_symbol => 'BBBAAA') where venue like 'tap\_%' $$,
    $$ values ('tap_one', 'BBBAAA'), ('tap_two', 'BBBAAA') $$, 'of one symbol');
select is_empty($$ select * from ref.fn_instruments('tap_none') $$, 'none of an unknown venue');

select * from finish();
rollback;
