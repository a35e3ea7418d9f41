begin;
select plan(6);

select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
-- no event: who gives places
select * from bus.fn_lead_log(0::smallint, '0190a000-0000-7000-8000-0000000000a1', 'tap');
select * from bus.fn_declare_consumer('tap.sink', 'sink', null, p_after_seq => null);
select * from bus.fn_declare_consumer('tap.application', 'application', null, p_after_seq => null);
select is((select count(*) from bus.outbox where consumer = 'tap.sink'), 0::bigint, 'nothing waits at the end of the log');

-- Events of this very transaction get no place before it ends: places are given by hand.
select bus.fn_emit_domain_event('test.thing_done', n::text, '{}') from generate_series(1, 3) as n;
-- no event: places of events
insert into bus.event_seq (log, seq, epoch, id, sequenced_at)
select 0, l.last_seq + row_number() over (order by d.id), l.epoch, d.id, now()
  from bus.domain_events as d cross join bus.logs as l
 where d.event_type = 'test.thing_done';
-- no event: places of events
update bus.logs set last_seq = last_seq + 3 where log = 0;
select is((select array_agg(aggregate_id order by seq) from bus.outbox where consumer = 'tap.sink'), array['1', '2', '3'],
    'what is behind the cursor waits, in order');
select is((select count(*) from bus.outbox where consumer = 'tap.application'), 0::bigint, 'a consumer that is no sink has no outbox');

-- no event: how far a reader has come
select is((select c.outcome
             from bus.fn_attach_consumer('tap.sink', '0190a000-0000-7000-8000-0000000000a2', 'tap') as a,
                  bus.fn_commit_events('tap.sink', a.term, a.log_epoch, a.after_seq + 2) as c), 'created', 'the sink confirms two');
select is((select array_agg(aggregate_id order by seq) from bus.outbox where consumer = 'tap.sink'), array['3'], 'which leave the outbox');

select is((select array_agg(ahead >= 7 order by parent) from bus.v_partition_status), array[true, true], 'both tables of the log have room ahead');

select * from finish();
rollback;
