begin;
select plan(13);

select is(util.div18(1, 3)::text, '0.333333333333333333', 'a third');
select is(util.div18(2, 3)::text, '0.666666666666666667', 'two thirds round up');
select is(util.div18(-2, 3)::text, '-0.666666666666666667', 'away from zero');
select is(util.div18(2, -3)::text, '-0.666666666666666667', 'whichever sign it is');
select is(util.div18(-2, -3)::text, '0.666666666666666667', 'or both');
select is(util.div18(1, 2000000000000000000)::text, '0.000000000000000001', 'exactly half goes away from zero');
select is(util.div18(-1, 2000000000000000000)::text, '-0.000000000000000001', 'below zero too');
select is(util.div18(0.999999999999999999, 2000000000000000000)::text, '0', 'less than half goes to zero');
select is(util.div18(10, 4)::text, '2.5', 'no trailing zeros');
select is(util.div18(0, 7)::text, '0', 'zero');
select is(util.div18(99999999999999999999.999999999999999999 * 99999999999999999999.999999999999999999, 99999999999999999999.999999999999999999)::text,
    '99999999999999999999.999999999999999999', 'a product of the largest amounts divides back exactly');
select throws_ok('select util.div18(1, 0)', '22012', null, 'division by zero raises');
select is_empty($$
    select n, d from (select (random() * 1e9)::numeric(20, 9) as n, (random() * 1e4 + 1)::numeric(20, 9) as d from generate_series(1, 2000)) as x
     where abs(util.div18(n, d) * d - n) * 2 > d * 0.000000000000000001$$, 'never off by more than half a unit of the last place');

select * from finish();
rollback;
