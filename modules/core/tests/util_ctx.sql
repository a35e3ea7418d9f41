begin;
select plan(18);

select is(util.ctx(null), null, 'no context');
select is(util.ctx('{}'), '{}', 'an empty one');
select is(
    util.ctx('{"session": "0190a000-0000-7000-8000-000000000001", "actor": "bot", "fence": 7,
               "correlation": "0190A000-0000-7000-8000-000000000002", "cause": "0190a000-0000-7000-8000-000000000003", "bot": "0190a000-0000-7000-8000-000000000004"}') ->> 'actor',
    'bot', 'all keys at once');
select is(util.ctx('{"fence": 9223372036854775807}') ->> 'fence', '9223372036854775807', 'the largest fence');
select throws_ok($$select util.ctx('null')$$, 'TB001', null, 'the JSON null is not an object');
select throws_ok($$select util.ctx('[]')$$, 'TB001', null, 'an array is not an object');
select throws_ok($$select util.ctx('{"user": "x"}')$$, 'TB001', 'argument p_ctx is {"user": "x"}, which is not a context', 'an unknown key is refused');
select throws_ok($$select util.ctx('{"session": "x"}')$$, 'TB001', null, 'a session is a uuid');
select throws_ok($$select util.ctx('{"bot": "x"}')$$, 'TB001', null, 'so is a bot');
select throws_ok($$select util.ctx('{"cause": 1}')$$, 'TB001', null, 'a cause is a text');
select throws_ok($$select util.ctx('{"correlation": null}')$$, 'TB001', null, 'a key without value is left out');
select throws_ok($$select util.ctx('{"actor": ""}')$$, 'TB001', null, 'an actor has a name');
select throws_ok($$select util.ctx(jsonb_build_object('actor', repeat('x', 201)))$$, 'TB001', null, 'of at most 200 characters');
select throws_ok($$select util.ctx('{"fence": "7"}')$$, 'TB001', null, 'a fence is a number');
select throws_ok($$select util.ctx('{"fence": 1.5}')$$, 'TB001', null, 'without fraction');
select throws_ok($$select util.ctx('{"fence": 9223372036854775808}')$$, 'TB001', null, 'that fits a bigint');
select throws_ok($$select util.ctx('{"fence": null}')$$, 'TB001', null, 'and is not null');
select throws_ok($$select util.ctx('{"session": "0190a000-0000-7000-8000-000000000001\n"}')$$, 'TB001', null, 'nothing may follow a uuid');

select * from finish();
rollback;
