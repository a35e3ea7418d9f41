begin;
select plan(15);

create temporary view part as
select c.oid, c.relname::text as name, pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
 where i.inhparent = 'bus.domain_events'::regclass;

select is_empty($$select name from part where bound = 'DEFAULT'$$, 'there is no default partition');
select is_empty($$select n from generate_series(0, 8) as n where to_regclass('bus.domain_events_p' || n) is null$$, 'the current partition and eight more exist from the start');
select is(bus.fn_ensure_event_partitions(), 0, 'so nothing is missing');
select is(bus.fn_ensure_event_partitions(10), 6, 'two more are made, and as many for the order of the log and the history of webhooks');
select is(bus.fn_ensure_event_partitions(10), 0, 'once');
select is((select bound from part where name = 'domain_events_p10'), 'FOR VALUES FROM (''167772160'') TO (''184549376'')', 'each for 16777216 ids');

-- Moving the sequence is what time does; a rollback does not undo it, so it is put back by hand.
create temporary table seq_before as select last_value, is_called from bus.domain_events_id_seq;
select setval('bus.domain_events_id_seq', 12 * 16777216::bigint - 1, true);
select is(bus.fn_ensure_event_partitions(), 9, 'when the log has moved on, the partitions from the current one on are made');
select bus.fn_declare_event_type('test.thing_done', 'test', 'test_thing', 'A thing was done.', '{}');
select lives_ok($$select bus._emit_versioned('test.thing_done', 'x', 1, '{}', null, null, null, null)$$, 'an event goes into a partition made later');
select is((select tableoid::regclass::text from bus.domain_events where aggregate_type = 'test_thing'), 'bus.domain_events_p12', 'its own');
select throws_ok($$select bus._emit_versioned('test.thing_done', 'x', 1, '{}', null, null, null, null)$$, '23505', null, 'where versions are unique too');
select setval('bus.domain_events_id_seq', (select last_value from seq_before), (select is_called from seq_before));

-- The migration and the function make partitions apart from each other; they must make the same.
create temporary view part_index as
select i.indrelid, array_agg(d.text order by d.text) as texts
  from pg_index as i
 cross join lateral (select regexp_replace(pg_get_indexdef(i.indexrelid), 'domain_events_p[0-9]+', 'domain_events_p', 'g')) as d (text)
 group by i.indrelid;
select is_empty($$
    select p.name from part as p left join part_index as i on i.indrelid = p.oid
     where i.texts is distinct from (select texts from part_index where indrelid = 'bus.domain_events_p0'::regclass)$$, 'all partitions are alike');

-- The order of the log has partitions of its own, which follow the places.
select has_table('bus', 'event_seq_p10', 'places 167772160 and following have a partition');
savepoint places;
update bus.logs set last_seq = 11 * 16777216::bigint;
select is(bus.fn_ensure_event_partitions(), 18, 'when places have moved on, those from the current one on are made');
rollback to savepoint places;

select throws_ok('select bus.fn_ensure_event_partitions(0)', 'TB001', null, 'none ahead is refused');
select throws_ok('select bus.fn_ensure_event_partitions(null)', 'TB001', null, 'null too');

select * from finish();
rollback;
