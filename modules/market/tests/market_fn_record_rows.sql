-- An answer in one call: rows by name, rejects, the cursor, and what became of each row.
begin;
select plan(20);

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

create function pg_temp.record(p_n integer, p_stream text, p_interval_s integer, p_rows jsonb, p_rejects jsonb default null, p_cursor jsonb default null)
returns text language sql as $$
    select format('%s in=%s ins=%s dup=%s sup=%s rej=%s %s', outcome, rows_in, inserted, duplicate, superseded, rejected,
                  concat_ws(' ', conflict_field, refusal_code))
      from market.fn_record_rows(('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid, 'rest', p_stream,
                                 (select instrument_id from series where p_stream not in ('macro')), p_interval_s, 'GET /x',
                                 sha256(p_n::text::bytea), 1, p_rows, p_rejects, p_cursor)
$$;

select is(pg_temp.record(1, 'agg_trades', null,
        '[{"agg_trade_id": 5, "trade_time": "2020-01-01T00:00:00Z", "price": "0.00000008", "quantity": 1},
          {"agg_trade_id": 6, "trade_time": "2020-01-01T00:00:01Z", "price": 2, "quantity": "1e-3", "buyer_is_maker": true}]',
        '[{"line": 3, "byte_offset": 9, "reason": "no price", "raw": "{}"}]'),
    'created in=3 ins=2 dup=0 sup=0 rej=1 ', 'rows and rejects are recorded');
select results_eq(
    $$select agg_trade_id, price, quantity, first_trade_id, buyer_is_maker, batch_id from market.agg_trades t, series s
       where t.instrument_id = s.instrument_id order by 1$$,
    $$values (5::bigint, 8e-8::float8, 1::float8, null::bigint, null::boolean, '00000000-0000-7000-8000-000000000001'::uuid),
             (6, 2, 0.001, null, true, '00000000-0000-7000-8000-000000000001')$$, 'numbers may be text, and what is not said is null');
select results_eq(
    $$select last_time, last_id, page_state, batch_id
        from market.fn_cursor('rest', 'agg_trades', (select instrument_id from series), null)$$,
    $$values ('2020-01-01 00:00:01+00'::timestamptz, 6::bigint, null::jsonb, '00000000-0000-7000-8000-000000000001'::uuid)$$,
    'the cursor stands at the newest time and id');
select is(pg_temp.record(1, 'agg_trades', null, '[]'), 'replayed in=3 ins=2 dup=0 sup=0 rej=1 ', 'the same answer again is replayed');
select is(pg_temp.record(2, 'agg_trades', null,
        '[{"agg_trade_id": 6, "trade_time": "2020-01-01T00:00:01.000400Z", "price": 2, "quantity": "1e-3", "buyer_is_maker": true},
          {"agg_trade_id": 7, "trade_time": "2020-01-01T00:00:01Z", "price": 3, "quantity": 1},
          {"agg_trade_id": 7, "trade_time": "2020-01-01T00:00:01Z", "price": 3, "quantity": 1}]'),
    'created in=3 ins=1 dup=1 sup=1 rej=0 ', 'the id makes the trade, also when its time is stated more exactly');
select is((select count(*) from market.agg_trades t, series s where t.instrument_id = s.instrument_id), 3::bigint, 'and it stands once');

select is(pg_temp.record(3, 'agg_trades', null, '[]', null, '{"last_id": 9, "page_state": {"from": 10}}'),
    'created in=0 ins=0 dup=0 sup=0 rej=0 ', 'an answer without rows is recorded too');
select results_eq(
    $$select last_time, last_id, page_state from market.fn_cursor('rest', 'agg_trades', (select instrument_id from series), null)$$,
    $$values ('2020-01-01 00:00:01.0004+00'::timestamptz, 9::bigint, '{"from": 10}'::jsonb)$$, 'and moves the cursor as it says');

select is(pg_temp.record(4, 'macro', null,
        '[{"series": "CPI", "observed_at": "2020-01-01T00:00:00Z", "value": 1}, {"series": "GDP", "observed_at": "2020-01-01T00:00:00Z", "value": 2}]'),
    'created in=2 ins=2 dup=0 sup=0 rej=0 ', 'a stream may have no instrument');
select is(pg_temp.record(5, 'mark_klines', 60, '[{"open_time": "2020-01-01T00:00:00Z", "open": 1, "high": 1, "low": 1, "close": 1}]')
          || pg_temp.record(6, 'index_klines', 60, '[{"open_time": "2020-01-01T00:00:00Z", "open": 2, "high": 2, "low": 2, "close": 2}]'),
    'created in=1 ins=1 dup=0 sup=0 rej=0 created in=1 ins=1 dup=0 sup=0 rej=0 ', 'streams that share a table do not meet');
select is(pg_temp.record(7, 'klines', 60,
        (select jsonb_agg(jsonb_build_object('open_time', '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => g % 400), 'open', 1,
                                             'high', 1, 'low', 1, 'close', g / 400, 'volume', 1)) from generate_series(0, 599) g)),
    'created in=600 ins=400 dup=0 sup=200 rej=0 ', 'many rows go by a table of their own, to the same end');
select is((select sum(close) from market.klines k, series s where k.instrument_id = s.instrument_id), 200::float8, 'the later of two rows won');

create function pg_temp.noted(p_n integer, p_notes jsonb) returns jsonb language sql as $$
    select market.fn_record_rows(('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid, 'rest', 'fear_greed', null, null, 'GET /y',
                                 sha256(p_n::text::bytea), 1, '[]', p_notes => p_notes);
    select b.notes from ingest.batches b where b.batch_id = ('00000000-0000-7000-8000-' || lpad(p_n::text, 12, '0'))::uuid
$$;
select is(pg_temp.noted(9, '{"lossy_values": 1, "lossy_line": 1, "lossy_column": "price"}'), '{"lossy_values": 1, "lossy_line": 1, "lossy_column": "price"}'::jsonb,
          'what is noted stands in the batch');
select is(pg_temp.noted(9, null), '{"lossy_values": 1, "lossy_line": 1, "lossy_column": "price"}'::jsonb, 'from the first time on');
select throws_ok($$select pg_temp.noted(10, '[]')$$, 'TB001', null, 'notes are an object');

select throws_ok($$select pg_temp.record(8, 'klines', 60, '{}')$$, 'TB001', null, 'rows are an array');
select throws_ok($$select pg_temp.record(8, 'klines', 60, '[1]')$$, 'TB001', null, 'of objects');
select throws_ok($$select pg_temp.record(8, 'klines', null, '[]')$$, 'TB001', null, 'a stream with an interval needs one');
select throws_ok($$select pg_temp.record(8, 'agg_trades', null,
    '[{"agg_trade_id": 1, "trade_time": "1970-01-20T00:00:00Z", "price": 1, "quantity": 1}]')$$, 'TB001', null, 'an implausible time is no row');
select throws_ok($$select pg_temp.record(8, 'nothing', null, '[]')$$, 'TB002', null, 'an unknown stream');

select * from finish();
rollback;
