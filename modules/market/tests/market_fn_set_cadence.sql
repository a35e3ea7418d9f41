-- How often a series is to come is said once, changed, and taken back.
begin;
select plan(9);

create function pg_temp.cadence(p_cadence_s integer, p_stream text default 'metrics') returns text language sql as $$
    select concat_ws(' ', outcome, cadence_s) from market.fn_set_cadence('tap', p_stream, null, null, p_cadence_s, '{"actor": "tap"}')
$$;
create function pg_temp.kept(p_stream text) returns integer language sql as $$
    select cadence_s from market.v_source_freshness where source = 'tap' and stream = p_stream
$$;

select is(pg_temp.cadence(600), 'created 600', 'a series that is expected is known before it delivers');
select is(pg_temp.cadence(600), 'replayed 600', 'the same again changes nothing');
select is(pg_temp.cadence(300), 'created 300', 'another cadence is another');
select is(pg_temp.kept('metrics'), 300, 'and stands');
select is(pg_temp.cadence(null), 'created', 'irregular is one');
select is(pg_temp.kept('metrics'), null, 'and stands');
select is(pg_temp.cadence(null), 'replayed', 'which changes nothing again');
select is(array(select e.payload ->> 'cadence_s' from bus.domain_events as e
                 where e.xid = pg_current_xact_id() and e.event_type = 'market.cadence_set' order by e.id), '{600,300,null}'::text[], 'each with its event');
select throws_ok($$ select pg_temp.cadence(0) $$, 'TB001', null, 'a cadence is longer than nothing');

select * from finish();
rollback;
