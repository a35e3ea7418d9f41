-- Opening a batch: which way in, what answers, what is refused.
begin;
select plan(27);

-- no event for ingest.batches: an open batch cannot be committed, and what closes it emits

create temporary table series (instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    insert into series
        select r.instrument_id
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'spot',
                                          'TBASE', 'TQUOTE') r;
end
$$;

create function pg_temp.open(p_batch_id uuid, p_sha text, p_from timestamptz, p_to timestamptz, p_ordered boolean)
returns text language sql as $$
    select concat_ws(' ', outcome, target, conflict_field, refusal_code)
      from market.fn_open_batch(p_batch_id, 'tap', 'klines', (select instrument_id from series), 60, 'tap.csv',
                                      sha256(p_sha::bytea), 1, p_from, p_to, p_ordered, '{"actor": "tap"}')
$$;
create function pg_temp.close(p_batch_id uuid, p_rows_in bigint) returns text language sql as $$
    select outcome from market.fn_close_batch(p_batch_id, p_rows_in, null, null, null, null)
$$;

-- The way in.
select is(pg_temp.open('00000000-0000-7000-8000-000000000001', 'a', '2020-01-31 23:59:00+00', '2020-02-01 00:00:00+00', true),
          'created market.klines', 'ordered rows into an empty range go straight into the table');
select results_eq(
    $$select verdict, first_time, ctx from ingest.batches where batch_id = '00000000-0000-7000-8000-000000000001'$$,
    $$values ('open'::text, '2020-01-31 23:59:00+00'::timestamptz, '{"actor": "tap"}'::jsonb)$$, 'the batch is open');
select throws_ok('set constraints ingest.batches_closed_at_commit immediate', 'TB004', null, 'an open batch cannot be committed');
select has_table('market', 'klines_202001', 'the month of the first row is made');
select has_table('market', 'klines_202002', 'the month of the last row is made');
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000001', 'a', '2020-01-31 23:59:00+00', '2020-02-01 00:00:00+00', true)$$,
    'TB004', null, 'a batch is not opened twice');
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000002', 'a', '2020-01-31 23:59:00+00', '2020-02-01 00:00:00+00', true)$$,
    'TB004', null, 'nor is its content');
insert into market.klines
    select instrument_id, 60, t, 1, 1, 1, 1, 1, null, null, null, null, '00000000-0000-7000-8000-000000000001'
      from series, unnest('{2020-01-31 23:59:00+00, 2020-02-01 00:00:00+00}'::timestamptz[]) t;
select is(pg_temp.close('00000000-0000-7000-8000-000000000001', 2), 'created', 'the batch is closed');
select lives_ok('set constraints ingest.batches_closed_at_commit immediate', 'a closed batch can be committed');
set constraints ingest.batches_closed_at_commit deferred;

select is(pg_temp.open('00000000-0000-7000-8000-000000000003', 'b', '2020-02-01 00:00:00+00', '2020-02-02 00:00:00+00', true),
          'created pg_temp.market_stage', 'a range that is not empty is merged');
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000004', 'c', '2020-02-01 00:00:00+00', '2020-02-02 00:00:00+00', true)$$,
    'TB004', null, 'two batches do not share a stage');
select is(pg_temp.close('00000000-0000-7000-8000-000000000003', 0), 'created', 'the stage may stay empty');
select is(pg_temp.open('00000000-0000-7000-8000-000000000004', 'c', '2020-03-01 00:00:00+00', '2020-03-02 00:00:00+00', false),
          'created pg_temp.market_stage', 'rows out of order are merged, in a new stage');
select is(pg_temp.close('00000000-0000-7000-8000-000000000004', 0), 'created', 'and closed');
select is(pg_temp.open('00000000-0000-7000-8000-000000000005', 'd', null, null, false), 'created pg_temp.market_stage',
          'rows of unknown times are merged');
select is(pg_temp.close('00000000-0000-7000-8000-000000000005', 0), 'created', 'and it is closed');

-- Identity.
select is(pg_temp.open('00000000-0000-7000-8000-000000000001', 'a', '2020-01-31 23:59:00+00', '2020-02-01 00:00:00+00', true),
          'replayed', 'the same batch is replayed, without a target');
select is(pg_temp.open('00000000-0000-7000-8000-000000000001', 'z', '2020-01-31 23:59:00+00', '2020-02-01 00:00:00+00', true),
          'conflict sha256', 'other content under the same identity is a conflict');
select lives_ok(
    $$select market.fn_refuse_batch('00000000-0000-7000-8000-000000000006', 'tap', 'klines', instrument_id, 60, 'tap.csv', sha256('e'), 1, 'damaged')
        from series$$, 'a batch is refused');
select is(pg_temp.open('00000000-0000-7000-8000-000000000006', 'e', '2020-04-01 00:00:00+00', '2020-04-01 00:00:00+00', true),
          'refused batch_refused', 'a refused identity stays refused');
select is(pg_temp.open('00000000-0000-7000-8000-000000000007', 'e', '2020-04-01 00:00:00+00', '2020-04-01 00:00:00+00', true),
          'created market.klines', 'its content may be tried again under another identity');
select is(pg_temp.close('00000000-0000-7000-8000-000000000007', 0), 'created', 'and be loaded');

-- Arguments.
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000010', 'x', '1970-01-20 00:00:00+00', '2020-01-01 00:00:00+00', true)$$,
    'TB001', null, 'a time before there were candles');
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000010', 'x', '2020-01-01 00:00:00+00', now() + interval '2 months', true)$$,
    'TB001', null, 'a time in the future');
select throws_ok(
    $$select pg_temp.open('00000000-0000-7000-8000-000000000010', 'x', '2020-01-02 00:00:00+00', '2020-01-01 00:00:00+00', true)$$,
    'TB001', null, 'a range that ends before it begins');
select throws_ok(
    $$select market.fn_open_batch('00000000-0000-7000-8000-000000000010', 'tap', 'klines', '00000000-0000-7000-8000-0000000000ff', 60,
                                        'x', sha256('x'), 1, null, null, true)$$,
    'TB002', null, 'an unknown instrument');
select throws_ok(
    $$select market.fn_open_batch('00000000-0000-7000-8000-000000000010', 'tap', 'klines', instrument_id, 60, 'x', 'short', 1, null, null, true)
        from series$$,
    'TB001', null, 'a hash of the wrong length');

select * from finish();
rollback;
