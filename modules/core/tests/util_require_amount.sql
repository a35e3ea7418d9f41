begin;
select plan(17);

select is(util.require_amount('p_qty', 1.500)::text, '1.5', 'trailing zeros are trimmed');
select is(util.require_amount('p_qty', 0.000)::text, '0', 'zero is an amount');
select is(util.require_amount('p_qty', -99999999999999999999.999999999999999999)::text, '-99999999999999999999.999999999999999999', 'the largest');
select is(util.require_amount('p_qty', 1.0000000000000000000000)::text, '1', 'zeros beyond 18 decimals do no harm');
select throws_ok($$select util.require_amount('p_qty', 1.0000000000000000001)$$, 'TB001', null, 'a 19th decimal is refused');
select throws_ok($$select util.require_amount('p_qty', 100000000000000000000)$$, 'TB001', null, 'a 21st integer digit is refused');
select throws_ok($$select util.require_amount('p_qty', 'NaN')$$, 'TB001', 'argument p_qty is NaN, which is not an amount', 'NaN is refused by name');
select throws_ok($$select util.require_amount('p_qty', 'Infinity')$$, 'TB001', null, 'infinity is refused');
select throws_ok($$select util.require_amount('p_qty', '-Infinity')$$, 'TB001', null, 'minus infinity is refused');
select throws_ok($$select util.require_amount('p_qty', null)$$, 'TB001', 'argument p_qty is null, which is not an amount', 'null is refused');
select is(util.require_amount('p_qty', null, false), null, 'unless it is allowed');
select throws_ok($$select util.require_amount('p_qty', 'NaN', false)$$, 'TB001', null, 'NaN is not allowed with it');

select lives_ok($$select 99999999999999999999.999999999999999999::util.amount$$, 'the domain takes the largest amount');
select throws_ok($$select 'NaN'::util.amount$$, '23514', null, 'the domain refuses NaN');
select throws_ok($$select '-Infinity'::util.amount$$, '23514', null, 'the domain refuses infinities');
select throws_ok($$select 100000000000000000000::util.amount$$, '23514', null, 'the domain refuses 21 integer digits');
select throws_ok($$select 0.0000000000000000001::util.amount$$, '23514', null, 'the domain refuses 19 decimals');

select * from finish();
rollback;
