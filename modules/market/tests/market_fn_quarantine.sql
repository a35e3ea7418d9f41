-- What fits nowhere is kept with its reason until somebody settles it.
begin;
select plan(14);

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

-- Of the rejected rows of a batch those that the sender names wait there too.
-- no event for ingest.batches: a batch is told when it is closed
select is((select format('%s in=%s rej=%s', outcome, rows_in, rejected)
             from market.fn_record_rows('00000000-0000-7000-8000-000000000002', 'tap', 'fear_greed', null, null, 'answer', sha256('2'), 1, '[]',
                                        '[{"line": 1, "reason": "is no number", "raw": "a"},
                                          {"line": 2, "byte_offset": 7, "reason": "is in the future", "raw": "b", "quarantine": true}]')),
          'created in=2 rej=2', 'an answer with a row that is rejected, and one that somebody has to look at');
select is((select outcome from market.fn_open_batch('00000000-0000-7000-8000-000000000003', 'tap', 'fear_greed', null, null, 'file', sha256('3'), 1,
                                                    null, null, false)), 'created', 'a file with the same');
select throws_ok($$select market.fn_close_batch('00000000-0000-7000-8000-000000000003', 2, '{3,4}', '{5,6}', '{r,s}', '{c,d}', p_quarantine => '{4,5}')$$,
                 'TB001', null, 'only what was rejected can wait');
select is((select format('%s in=%s rej=%s', outcome, rows_in, rejected)
             from market.fn_close_batch('00000000-0000-7000-8000-000000000003', 2, '{3,4}', '{5,6}', '{r,s}', '{c,d}', p_quarantine => '{4}')),
          'created in=2 rej=2', 'both are rejected');
select results_eq(
    $$select q.source, q.stream, q.line, q.reason, q.raw, q.settlement from ingest.quarantine q where q.batch_id is not null order by q.line$$,
    $$values ('tap', 'fear_greed', 2::bigint, 'is in the future', 'b', null::text), ('tap', 'fear_greed', 4::bigint, 's', 'd', null)$$,
    'and one of each waits, as what it was received as');

select * from finish();
rollback;
