begin;
select plan(19);

select is((select (d.outcome, d.after_seq)::text from bus.fn_declare_consumer('tap', 'application', '{settings.changed,ops.session_opened,settings.changed}',
           p_after_seq => 0, p_members => 4) as d), '(created,0)', 'declared');
select is((select event_types from bus.domain_event_consumers where consumer = 'tap'), '{ops.session_opened,settings.changed}', 'types are a set');
select is((select count(*) from bus.consumer_cursors where consumer = 'tap' and after_seq = 0 and holder_id is null), 4::bigint, 'a place for each member');
select is((select (d.outcome, d.after_seq)::text from bus.fn_declare_consumer('tap', 'application', '{ops.session_opened,settings.changed}', p_members => 4) as d),
    '(replayed,0)', 'the same again');
select is((select (d.outcome, d.conflict_field)::text from bus.fn_declare_consumer('tap', 'application', null, p_members => 4) as d), '(conflict,event_types)',
    'another wish is named');
select is((select d.after_seq from bus.fn_declare_consumer('tap.end', 'sink', null) as d), (select last_seq from bus.logs where log = 0), 'from the end of the log');

select throws_ok($$select * from bus.fn_declare_consumer('Tap', 'sink', null)$$, 'TB001', null, 'a name in capitals');
select throws_ok($$select * from bus.fn_declare_consumer(null, 'sink', null)$$, 'TB001', null, 'no name');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'queue', null)$$, 'TB001', 'argument p_kind of consumer ''tap.x'' is queue', 'an unknown kind');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', null, 'wait')$$, 'TB001', null, 'an unknown policy');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', null, p_max_attempts => 0)$$, 'TB001', null, 'no attempt');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', null, p_members => 3)$$, 'TB001', null, 'slots cannot be shared by three');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', '{}')$$, 'TB001', null, 'no types at all');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', '{a.b}')$$, 'TB002', 'event type ''a.b'' is not declared', 'a type that is not declared');
select throws_ok($$select * from bus.fn_declare_consumer('tap.x', 'sink', null, p_after_seq => 1000000)$$, 'TB001', null, 'a place that does not exist yet');

select is((select outcome from bus.fn_drop_consumer('tap')), 'created', 'dropped');
select is((select outcome from bus.fn_drop_consumer('tap')), 'replayed', 'once');
select throws_ok($$select * from bus.fn_attach_consumer('tap', util.uuid_v7(), 'tap')$$, 'TB002', null, 'then it is not there');
select is((select (d.outcome, d.after_seq)::text from bus.fn_declare_consumer('tap', 'application', null, p_after_seq => 0) as d), '(created,0)', 'and may be declared anew');

select * from finish();
rollback;
