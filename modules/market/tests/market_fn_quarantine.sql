-- What fits nowhere is kept with its reason until somebody settles it.
begin;
select plan(9);

create function pg_temp.put(p_reason text, p_raw text default 'x', p_batch uuid default null) returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from market.fn_quarantine('00000000-0000-7000-8000-000000000001', 'tap', 'klines', p_batch, 3, p_reason, p_raw)
$$;
create function pg_temp.settle(p_how text, p_why text) returns text language sql as $$
    select concat_ws(' ', outcome, conflict_field)
      from market.fn_settle_quarantined('00000000-0000-7000-8000-000000000001', p_how, p_why)
$$;

select throws_ok($$select pg_temp.settle('loaded', 'r')$$, 'TB002', null, 'nothing is there to settle');
select is(pg_temp.put('unknown symbol'), 'created', 'a row is kept');
select is(pg_temp.put('unknown symbol'), 'replayed', 'once');
select is(pg_temp.put('unknown symbol', 'y'), 'conflict raw', 'and as it was');
select throws_ok($$select pg_temp.put('r', 'x', util.uuid_v7())$$, 'TB002', null, 'a batch that is named exists');
select throws_ok($$select pg_temp.settle('forgotten', 'r')$$, 'TB001', null, 'it is loaded or discarded');
select is(pg_temp.settle('discarded', 'a test of the venue'), 'created', 'it is settled');
select is(pg_temp.settle('discarded', 'a test of the venue') || pg_temp.settle('loaded', 'a test of the venue'), 'replayedconflict settlement', 'for good');
select results_eq(
    $$select settlement, settled_why, settled_at is not null from ingest.quarantine where quarantine_id = '00000000-0000-7000-8000-000000000001'$$,
    $$values ('discarded'::text, 'a test of the venue'::text, true)$$, 'and says why');

select * from finish();
rollback;
