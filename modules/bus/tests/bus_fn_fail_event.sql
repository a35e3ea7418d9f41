-- no event for bus.consumer_cursors: which process reads, and how far it has come, is no event
-- no event for bus.domain_event_consumers: the highest term given is no event
-- no event for bus.event_retries: an attempt is no event
-- no event for bus.replays: progress of a replay is no event
-- no event for bus.dead_letters: that one was delivered in the end is progress
begin;
select plan(52);

create function pg_temp.u(p_name text) returns uuid language sql immutable as $$ select md5(p_name)::uuid $$;
do $$
begin
    perform bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
    perform bus.fn_emit_domain_event('test.thing_done', 'before', '{}');
end
$$;
-- Inside one transaction the sequencer sees nothing of it, so the places are given here.
create view pg_temp.unplaced as
select l.log, l.last_seq + row_number() over (order by d.id), l.epoch, d.id, now()
  from bus.domain_events as d cross join bus.logs as l
 where not exists (select 1 from bus.event_seq as s where s.id = d.id);
insert into bus.event_seq (log, seq, epoch, id, sequenced_at) select * from pg_temp.unplaced;
update bus.logs set last_seq = (select max(s.seq) from bus.event_seq as s);
do $$
begin
    perform bus.fn_declare_consumer(c, 'application', '{test.thing_done}', p, 2)
       from (values ('tap.aggregate', 'block_aggregate'), ('tap.all', 'block_all'), ('tap.skip', 'skip')) as v (c, p);
    perform bus.fn_declare_consumer('tap.group', 'application', '{test.thing_done}', p_members => 2);
    perform bus.fn_emit_domain_event('test.thing_done', v_name, '{}') from unnest(array['a', 'b', 'a', 'b', 'c', 'a']) as v_name;
end
$$;
insert into bus.event_seq (log, seq, epoch, id, sequenced_at) select * from pg_temp.unplaced;
update bus.logs set last_seq = (select max(s.seq) from bus.event_seq as s);
create temporary table place as
select s.seq, d.aggregate_id || d.aggregate_version as name
  from bus.event_seq as s join bus.domain_events as d on d.id = s.id
 where d.event_type = 'test.thing_done';
-- Each consumer is attached once; the terms below are first ones.
do $$ begin perform bus.fn_attach_consumer(c, pg_temp.u(c), c) from unnest(array['tap.aggregate', 'tap.all', 'tap.skip', 'tap.group']) as c; end $$;

create function pg_temp.at(p_name text) returns bigint language sql stable as $$ select seq from place where name = p_name $$;
create function pg_temp.read(p_consumer text, p_limit integer default 100, p_term bigint default 1) returns text language sql as $$
    select string_agg(case e.delivery when 'live' then '' when 'retry' then 'r:' else 'p:' end || e.aggregate_id || e.aggregate_version, ' ')
      from bus.fn_read_events(p_consumer, p_term, p_limit) as e
$$;
create function pg_temp.commit(p_consumer text, p_name text, variadic p_done text[] default '{}') returns text language sql as $$
    select c.outcome from bus.fn_commit_events(p_consumer, 1, (select epoch from bus.logs where log = 0), pg_temp.at(p_name),
                                               array(select pg_temp.at(d) from unnest(p_done) as d)) as c
$$;
create function pg_temp.fail(p_consumer text, p_name text, p_in interval default '0') returns text language sql as $$
    select f.outcome || coalesce(' ' || f.refusal_code, '') || coalesce(' ' || f.attempts, '') || case when f.dead then ' dead' else '' end
      from bus.fn_fail_event(p_consumer, 1, pg_temp.at(p_name), 'poison', p_in) as f
$$;

-- Its aggregate waits behind what failed, nothing else does.
select is(pg_temp.read('tap.aggregate', 3), 'a1 b1 a2', 'the first batch');
select is(pg_temp.fail('tap.aggregate', 'a1', '1 h'), 'created 1', 'its first event fails');
select is(pg_temp.read('tap.aggregate', 3), 'b1', 'and is not delivered again before its time, nor what is behind it');
select is(pg_temp.commit('tap.aggregate', 'a2'), 'created', 'the place passes all three');
select is((select count(*) from bus.event_retries where consumer = 'tap.aggregate'), 2::bigint, 'those of its aggregate are put down');
select is(pg_temp.read('tap.aggregate'), 'b2 c1', 'other aggregates go on');
select is(pg_temp.commit('tap.aggregate', 'a3'), 'created', 'up to the end');
select is(pg_temp.read('tap.aggregate'), null, 'nothing else is due');
update bus.event_retries set due_at = clock_timestamp() where consumer = 'tap.aggregate' and attempts = 1;
select is(pg_temp.read('tap.aggregate'), 'r:a1 r:a2 r:a3', 'in its time it comes again, with what is behind it');
select is((select e.attempt from bus.fn_read_events('tap.aggregate', 1, 1) as e), 2, 'marked as the second attempt');
select is(pg_temp.fail('tap.aggregate', 'a1'), 'created 2 dead', 'the last attempt that is allowed');
select is((select (d.state, d.attempts, d.error, d.first_failed_at < d.last_failed_at)::text from bus.dead_letters as d where d.consumer = 'tap.aggregate'),
    '(pending,2,poison,t)', 'a dead letter tells error, attempts and times');
select is((select (e.aggregate_id, e.payload ->> 'seq')::text from bus.domain_events as e where e.event_type = 'bus.event_dead_lettered'),
    format('(tap.aggregate,%s)', pg_temp.at('a1')), 'and is an event');
select is(pg_temp.read('tap.aggregate'), null, 'the aggregate waits for a decision');
select is((select (s.lag_events, s.waiting, s.failing, s.dead)::text from bus.v_consumer_status as s where s.consumer = 'tap.aggregate'), '(0,2,0,1)', 'which the status shows');
create temporary table before as select after_seq from bus.consumer_cursors where consumer = 'tap.aggregate';
select is((select outcome from bus.fn_redrive_dead_letter('tap.aggregate', pg_temp.at('a1'))), 'created', 'it is delivered again');
select is((select outcome from bus.fn_redrive_dead_letter('tap.aggregate', pg_temp.at('a1'))), 'replayed', 'once');
select is((select after_seq from bus.consumer_cursors where consumer = 'tap.aggregate'), (select after_seq from before), 'and no place moves');
select is((select (d.outcome, d.refusal_code)::text from bus.fn_discard_dead_letter('tap.aggregate', pg_temp.at('a1'), 'r') as d), '(refused,redriven)', 'it cannot be discarded now');
select is(pg_temp.read('tap.aggregate'), 'r:a1 r:a2 r:a3', 'the chain moves');
select is(pg_temp.commit('tap.aggregate', 'a3', 'a1', 'a2'), 'created', 'two are dealt with');
select is(pg_temp.read('tap.aggregate'), 'r:a3', 'one is left');
select is(pg_temp.commit('tap.aggregate', 'a3', 'a3'), 'created', 'done');
select is(pg_temp.commit('tap.aggregate', 'a3', 'a3'), 'replayed', 'once');
select is((select d.state from bus.dead_letters as d where d.consumer = 'tap.aggregate'), 'delivered', 'the letter says so');
select is((select count(*) from bus.event_retries where consumer = 'tap.aggregate'), 0::bigint, 'nothing waits');

-- Nothing goes on.
select is(pg_temp.read('tap.all', 2), 'a1 b1', 'the first batch');
select is(pg_temp.fail('tap.all', 'b1', '1 h') || pg_temp.commit('tap.all', 'b1'), 'created 1created', 'its second event fails');
select is(pg_temp.read('tap.all'), null, 'everything waits');
update bus.event_retries set due_at = clock_timestamp() where consumer = 'tap.all';
select is(pg_temp.read('tap.all'), 'r:b1', 'until it comes again');
select is(pg_temp.fail('tap.all', 'b1'), 'created 2 dead', 'and fails for good');
select is(pg_temp.read('tap.all'), null, 'everything waits for a decision');
select throws_ok($$select * from bus.fn_discard_dead_letter('tap.all', pg_temp.at('b1'), ' ')$$, 'TB001', null, 'which needs a reason');
select is((select outcome from bus.fn_discard_dead_letter('tap.all', pg_temp.at('b1'), 'no use')), 'created', 'discarded');
select is(pg_temp.read('tap.all'), 'a2 b2 c1 a3', 'and it goes on');

-- Everything goes on.
select is(pg_temp.read('tap.skip', 1), 'a1', 'one event');
select is(pg_temp.fail('tap.skip', 'a1') || pg_temp.commit('tap.skip', 'a1'), 'created 1created', 'fails');
select is(pg_temp.read('tap.skip'), 'r:a1 b1 a2 b2 c1 a3', 'its aggregate goes on');
select is(pg_temp.fail('tap.skip', 'b1') || pg_temp.fail('tap.skip', 'b1'), 'created 1created 2 dead', 'one fails for good inside of a batch');
select is((select (d.outcome, d.refusal_code)::text from bus.fn_discard_dead_letter('tap.skip', pg_temp.at('b1'), 'r') as d), '(refused,under_way)', 'which is not decided before the batch');
select is(pg_temp.read('tap.skip'), 'r:a1 a2 b2 c1 a3', 'nor delivered again');
select is(pg_temp.commit('tap.skip', 'a3', 'a1'), 'created', 'all but that is done');

select is((select (f.outcome, f.refusal_code)::text from bus.fn_fail_event('tap.skip', 1, pg_temp.at('a2'), 'e') as f), '(refused,not_delivered)', 'what was dealt with cannot fail');
select is((select f.outcome from bus.fn_fail_event('tap.skip', 2, pg_temp.at('a2'), 'e') as f), 'fenced', 'in another term nothing can');
select throws_ok($$select * from bus.fn_fail_event('tap.skip', 1, 1, '')$$, 'TB001', null, 'why has to be said');

-- Members share the aggregates.
do $$ begin perform bus.fn_attach_consumer('tap.group', pg_temp.u('other'), 'other'); end $$;
select is((select outcome from bus.fn_attach_consumer('tap.group', pg_temp.u('third'), 'third')), 'refused', 'two members, and no third');
select is(
    (select string_agg(n, ' ' order by n collate "C") from unnest(string_to_array(concat_ws(' ', pg_temp.read('tap.group'), pg_temp.read('tap.group', 100, 2)), ' ')) as n),
    'a1 a2 a3 b1 b2 c1', 'each event goes to one of them');
select is((select bool_and(bus.fn_slot(e.aggregate_type, e.aggregate_id) >= 32) from bus.fn_read_events('tap.group', 2, 100) as e), true, 'that of its slot');

-- The log once more, beside what is new.
select is((select (r.outcome, r.events)::text from bus.fn_request_replay(pg_temp.u('r1'), 'tap.aggregate', p_aggregate_type => 'test_thing', p_aggregate_id => 'a', p_dry_run => true) as r),
    '(counted,3)', 'how much would it be');
select is((select (r.outcome, r.events)::text from bus.fn_request_replay(pg_temp.u('r1'), 'tap.aggregate', p_rate => 2) as r), '(created,7)', 'a replay of what was passed');
select is(pg_temp.read('tap.aggregate'), 'p:before1', 'no faster than its rate');
select is((select outcome from bus.fn_cancel_replay(pg_temp.u('r1'))) || coalesce(pg_temp.read('tap.aggregate'), ''), 'created', 'cancelled, the rest is not delivered');

select * from finish();
rollback;
