begin;
select plan(8);

select is(util.require_text('p_name', ' a '), ' a ', 'a text passes unchanged');
select is(util.require_text('p_name', repeat('x', 200)), repeat('x', 200), 'the longest passes');
select throws_ok($$select util.require_text('p_name', repeat('x', 201))$$, 'TB001', null, 'one more is refused');
select throws_ok($$select util.require_text('p_name', E' \t\n')$$, 'TB001', null, 'blank is refused');
select throws_ok($$select util.require_text('p_name', null)$$, 'TB001', 'argument p_name is null, which is not a usable text', 'null is refused by name');
select is(util.require_text('p_name', null, 10, false), null, 'unless it is allowed');
select is(util.require_id('p_id', '0190a000-0000-7000-8000-000000000001'), '0190a000-0000-7000-8000-000000000001', 'an identity passes');
select throws_ok($$select util.require_id('p_id', null)$$, 'TB001', 'argument p_id is null, but it is the identity of the request', 'without identity there is no request');

select * from finish();
rollback;
