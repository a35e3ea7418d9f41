-- A refused file is a fact: registered, audited, announced, and refused for ever.
begin;
select plan(15);

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

create function pg_temp.refuse(p_batch_id uuid, p_sha text, p_reason text) returns text language sql as $$
    select concat_ws(' ', outcome, batch_id, conflict_field)
      from market.fn_refuse_batch(p_batch_id, 'tap', 'klines', null, null, 'tap.zip', sha256(p_sha::bytea), 7, p_reason, '{"actor": "tap"}')
$$;

select is(pg_temp.refuse('00000000-0000-7000-8000-000000000001', 'a', 'member is damaged'),
          'created 00000000-0000-7000-8000-000000000001', 'a refusal is registered');
select results_eq(
    $$select verdict, reason, rows_in, closed_at is not null, ctx from ingest.batches
       where batch_id = '00000000-0000-7000-8000-000000000001'$$,
    $$values ('refused'::text, 'member is damaged'::text, 0::bigint, true, '{"actor": "tap"}'::jsonb)$$, 'with its reason');
select results_eq(
    $$select outcome, code, detail ->> 'reason' from audit.audit_log
       where subject_type = 'ingest_batch' and subject_id = '00000000-0000-7000-8000-000000000001'$$,
    $$values ('refused'::text, 'batch_refused'::text, 'member is damaged'::text)$$, 'it is audited');
select results_eq(
    $$select event_type, payload::jsonb from bus.domain_events where aggregate_id = '00000000-0000-7000-8000-000000000001'$$,
    $$select 'market.batch_refused'::text,
             jsonb_build_object('batch_id', '00000000-0000-7000-8000-000000000001', 'source', 'tap', 'stream', 'klines',
                                'file_name', 'tap.zip', 'sha256', encode(sha256('a'), 'hex'), 'size_bytes', 7,
                                'reason', 'member is damaged')$$, 'and announced');
select is(pg_temp.refuse('00000000-0000-7000-8000-000000000001', 'a', 'member is damaged'),
          'replayed 00000000-0000-7000-8000-000000000001', 'the same refusal is replayed');
select is(pg_temp.refuse('00000000-0000-7000-8000-000000000002', 'a', 'member is damaged'),
          'replayed 00000000-0000-7000-8000-000000000001', 'also under another identity');
select is(pg_temp.refuse('00000000-0000-7000-8000-000000000002', 'a', 'columns are ambiguous'),
          'created 00000000-0000-7000-8000-000000000002', 'another reason is another refusal');
select is(pg_temp.refuse('00000000-0000-7000-8000-000000000001', 'a', 'columns are ambiguous'),
          'conflict 00000000-0000-7000-8000-000000000001 reason', 'but not under the same identity');
select is(pg_temp.refuse('00000000-0000-7000-8000-000000000001', 'b', 'member is damaged'),
          'conflict 00000000-0000-7000-8000-000000000001 sha256', 'nor for other content');
select is((select count(*) from bus.domain_events where aggregate_id like '00000000-0000-7000-8000-00000000000_'
              and event_type = 'market.batch_refused'), 2::bigint, 'only what is new is announced');
select results_eq(
    $$select outcome, refusal_code from market.fn_close_batch('00000000-0000-7000-8000-000000000001', 0, null, null, null, null)$$,
    $$values ('refused'::text, 'batch_refused'::text)$$, 'closing a refused batch is refused');
select is((select outcome from market.fn_refuse_batch('00000000-0000-7000-8000-000000000003', 'tap', 'klines', null, null, 'gone.csv', null, null,
                                                      'cannot be read')), 'created', 'a file may be refused unread');
select throws_ok(
    $$select market.fn_refuse_batch('00000000-0000-7000-8000-000000000004', 'tap', 'klines', null, null, 'x', null, null, '')$$,
    'TB001', null, 'a refusal needs a reason');
select throws_ok(
    $$select market.fn_refuse_batch('00000000-0000-7000-8000-000000000004', ' ', 'klines', null, null, 'x', null, null, 'y')$$,
    'TB001', null, 'and a source');
select throws_ok(
    $$select market.fn_refuse_batch('00000000-0000-7000-8000-000000000004', 'tap', 'klines', '00000000-0000-7000-8000-0000000000ff', 60, 'x',
                                    null, null, 'y')$$,
    'TB002', null, 'an instrument that is named exists');

select * from finish();
rollback;
