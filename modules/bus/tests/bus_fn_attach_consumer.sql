-- no event for bus.consumer_cursors: which process reads, and how far it has come, is no event
-- no event for bus.domain_event_consumers: the highest term given is no event
begin;
select plan(29);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
create function pg_temp.attach(p_holder text, p_own boolean default false, out outcome text, out term bigint, out after_seq bigint, out member integer, out detail text)
language sql as $$
    select a.outcome, a.term, a.after_seq, a.member, a.refusal_detail from bus.fn_attach_consumer('tap', pg_temp.u(p_holder), p_holder, p_own) as a
$$;
-- Inside one transaction the sequencer sees nothing of it, so the places are given here.
create view pg_temp.waiting as
select l.log, l.last_seq + row_number() over (order by d.id), l.epoch, d.id, now()
  from bus.domain_events as d cross join bus.logs as l
 where not exists (select 1 from bus.event_seq as s where s.id = d.id);
do $$
begin
    perform bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
    perform bus.fn_emit_domain_event('test.thing_done', 'before', '{}');
end
$$;
insert into bus.event_seq (log, seq, epoch, id, sequenced_at) select * from pg_temp.waiting;
update bus.logs set last_seq = (select max(s.seq) from bus.event_seq as s);
do $$ begin perform bus.fn_declare_consumer('tap', 'application', '{test.thing_done}'); end $$;
create temporary table start as select last_seq as seq, epoch from bus.logs where log = 0;

select is((select (a.outcome, a.term, a.after_seq = s.seq, a.member)::text from pg_temp.attach('one') as a, start as s), '(created,1,t,0)', 'attached');
select is((select (a.outcome, a.term)::text from pg_temp.attach('two') as a), '(refused,)', 'a second process is refused');
select matches((select a.detail from pg_temp.attach('two') as a), '^one holds it since 20', 'and told why');
select is((select (a.outcome, a.term)::text from pg_temp.attach('one') as a), '(replayed,2)', 'the holder itself gets a new term');
select is((select outcome from bus.fn_commit_events('tap', 1, (select epoch from start), (select seq from start))), 'fenced', 'and its old one is over');
select throws_ok($$select * from bus.fn_read_events('tap', 1, 10)$$, 'TB006', 'term 1 of consumer tap is over', 'for reading too');

update bus.consumer_cursors set seen_at = clock_timestamp() - interval '11 s' where consumer = 'tap';
select is((select outcome from bus.fn_commit_events('tap', 2, (select epoch from start), (select seq from start))), 'replayed', 'a call where it stands');
select is((select outcome from pg_temp.attach('two')), 'refused', 'shows that it lives');
update bus.consumer_cursors set seen_at = clock_timestamp() - interval '11 s' where consumer = 'tap';
select is_empty($$select * from bus.fn_read_events('tap', 2, 10)$$, 'so does reading');
select is((select outcome from pg_temp.attach('two')), 'refused', 'also when there is nothing');
update bus.consumer_cursors set seen_at = clock_timestamp() - interval '11 s' where consumer = 'tap';
select is((select (a.outcome, a.term)::text from pg_temp.attach('two', true) as a), '(created,3)', 'who was not seen for ten seconds is taken for dead');
select is((select outcome from pg_temp.attach('three')), 'refused', 'a session of its own that is there');
update bus.consumer_cursors set holder_pid = 2147483647 where consumer = 'tap';
select is((select (a.outcome, a.term)::text from pg_temp.attach('three') as a), '(created,4)', 'and one that is gone');
select is((select outcome from bus.fn_release_consumer('tap', 3)), 'fenced', 'an old term releases nothing');
select is((select outcome from bus.fn_release_consumer('tap', 4)), 'created', 'released');
select is((select outcome from bus.fn_release_consumer('tap', 4)), 'replayed', 'once');
select is((select outcome from bus.fn_commit_events('tap', 4, (select epoch from start), (select seq from start))), 'fenced', 'what was released holds nothing');
select is((select (a.outcome, a.term)::text from pg_temp.attach('four') as a), '(created,5)', 'free at once');

-- Reading and committing.
do $$
begin
    perform bus.fn_emit_domain_event('test.thing_done', v_name, '{}') from unnest(array['a', 'b', 'a']) as v_name;
    perform ops.fn_open_session(pg_temp.u('session'), 'p', '1', 'h', 1);
    perform bus.fn_emit_domain_event('test.thing_done', 'c', '{}');
end
$$;
select is_empty($$select * from bus.fn_read_events('tap', 5, 10)$$, 'what has no place yet is not read');
insert into bus.event_seq (log, seq, epoch, id, sequenced_at) select * from pg_temp.waiting;
update bus.logs set last_seq = (select max(s.seq) from bus.event_seq as s);
select results_eq($$select e.delivery, e.aggregate_id, e.aggregate_version from bus.fn_read_events('tap', 5, 3) as e$$,
    $$values ('live', 'a', 1::bigint), ('live', 'b', 1), ('live', 'a', 2)$$, 'events of its types, in order, as many as were asked for');
select is((select (c.outcome, c.after_seq - s.seq)::text from start as s cross join lateral bus.fn_commit_events('tap', 5, s.epoch, s.seq + 3) as c), '(created,3)', 'committed');
select results_eq($$select e.aggregate_id, e.seq - s.seq from bus.fn_read_events('tap', 5, 10) as e, start as s$$, $$values ('a', 4::bigint), ('c', 6)$$, 'the rest');
select is((select (c.outcome, c.after_seq - s.seq)::text from start as s cross join lateral bus.fn_commit_events('tap', 5, s.epoch, s.seq + 1) as c), '(replayed,3)', 'a place never moves back');
select is((select (c.outcome, c.refusal_code)::text from start as s cross join lateral bus.fn_commit_events('tap', 5, s.epoch, s.seq + 7) as c), '(refused,epoch)',
    'nor beyond the log');
select throws_ok($$select * from bus.fn_commit_events('tap', 5, 1, null)$$, 'TB001', null, 'no place');
select throws_ok($$select * from bus.fn_read_events('tap', 5, 0)$$, 'TB001', null, 'no events');

-- The log goes on in another cluster.
insert into bus.log_epochs (log, epoch, after_seq, reason) select 0, l.epoch + 1, l.last_seq, 'promoted' from bus.logs as l;
update bus.logs set epoch = epoch + 1;
select throws_ok($$select * from bus.fn_read_events('tap', 5, 10)$$, 'TB007', null, 'a place of the epoch before has to be confirmed');
select is((select c.outcome from start as s cross join lateral bus.fn_commit_events('tap', 5, s.epoch + 1, s.seq + 3) as c), 'created', 'confirmed');
select is((select count(*) from bus.fn_read_events('tap', 5, 10)), 2::bigint, 'and it goes on');

select * from finish();
rollback;
