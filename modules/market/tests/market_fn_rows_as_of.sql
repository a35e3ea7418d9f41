-- What was known at a moment is what readers saw then, in every stream, whatever has come since.
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
          from ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASETQUOTE', 'perp',
                                          'TBASE', 'TQUOTE') r;
end
$$;

create temporary table history (no integer primary key, known_at timestamptz, content text);
grant all on history to public;
create function pg_temp.shown(p_row jsonb) returns text language sql as $$
    select string_agg(format('%s=%s', left(e.key, 2), e.value), ',' order by e.key) from jsonb_each_text(p_row) e where e.value is not null
$$;
-- Records an answer, and keeps what stands afterwards.
create function pg_temp.record(p_no integer, p_source text, p_stream text, p_rows jsonb) returns text language plpgsql as $$
declare
    v_done record;
begin
    select * into v_done
      from market.fn_record_rows(('00000000-0000-7000-8000-0000000003' || lpad(p_no::text, 2, '0'))::uuid, p_source, p_stream,
                                 (select instrument_id from series where p_stream <> 'macro'), null, 'answer ' || p_no, sha256(p_no::text::bytea), 1, p_rows);
    insert into history
        select p_no, b.closed_at,
               case p_stream
                   when 'trades' then (select string_agg(pg_temp.shown(to_jsonb(t) - 'instrument_id' - 'batch_id'), ' ' order by t.trade_time, t.trade_id) from market.trades t)
                   when 'funding_rates' then (select string_agg(pg_temp.shown(to_jsonb(t) - 'instrument_id' - 'batch_id'), ' ' order by t.funding_time) from market.funding_rates t)
                   else (select string_agg(pg_temp.shown(to_jsonb(t) - 'batch_id'), ' ' order by t.observed_at) from market.macro_data t)
               end
          from ingest.batches b where b.batch_id = v_done.batch_id;
    return format('ins=%s dup=%s sup=%s', v_done.inserted, v_done.duplicate, v_done.superseded);
end
$$;
create function pg_temp.as_of(p_stream text, p_known_at timestamptz, p_from timestamptz default null, p_to timestamptz default null) returns text language sql as $$
    select string_agg(pg_temp.shown(r.content), ' ' order by r.row_time, r.content ->> 'trade_id')
      from market.fn_rows_as_of(p_stream, (select instrument_id from series where p_stream <> 'macro'), null, p_from, p_to, p_known_at) r
$$;
set timezone = 'UTC';

select is(pg_temp.as_of('trades', 'infinity'), null, 'nothing is known of nothing');
-- The same trade may be told with a time of other precision, which is a value like the others.
select is(array[
    pg_temp.record(1, 'rest', 'trades', '[{"trade_id": 1, "trade_time": "2020-01-01T00:00:01Z", "price": 10, "quantity": 1},
                                          {"trade_id": 2, "trade_time": "2020-01-01T00:00:02Z", "price": 20, "quantity": 1}]'),
    pg_temp.record(2, 'archive_daily', 'trades', '[{"trade_id": 2, "trade_time": "2020-01-01T00:00:02.500Z", "price": 20, "quantity": 1},
                                                   {"trade_id": 3, "trade_time": "2020-01-01T00:00:02.250Z", "price": 30, "quantity": 1}]'),
    pg_temp.record(3, 'rest', 'trades', '[{"trade_id": 3, "trade_time": "2020-01-01T00:00:02.250Z", "price": 33, "quantity": 1},
                                          {"trade_id": 1, "trade_time": "2020-01-01T00:00:01Z", "price": 11, "quantity": 1}]')],
    '{"ins=2 dup=0 sup=0","ins=1 dup=0 sup=1","ins=0 dup=0 sup=2"}', 'trades that are new, better and worse');
select is_empty($$select h.no, h.content, pg_temp.as_of('trades', h.known_at) from history h where pg_temp.as_of('trades', h.known_at) is distinct from h.content$$,
    'at the end of each batch exactly what stood then was known');
select is((select pg_temp.as_of('trades', h.known_at, '2020-01-01 00:00:02.1+00') from history h where no = 1), null, 'a row is in the range in which it was then');
select is((select pg_temp.as_of('trades', h.known_at, '2020-01-01 00:00:02.1+00', '2020-01-01 00:00:02.4+00') from history h where no = 2),
          'pr=30,qu=1,tr=3,tr=2020-01-01T00:00:02.25+00:00', 'and not where it had been before');
select is((select outcome from series s, market.fn_correct_row('00000000-0000-7000-8000-000000000400', 'trades', s.instrument_id, null,
               '{"trade_id": 1, "trade_time": "2020-01-01 00:00:01+00"}', '{"price": 99}', 'test') c), 'created', 'a correction');
select matches(pg_temp.as_of('trades', 'infinity'), '^pr=99', 'stands');
insert into history values (-1, clock_timestamp(), null);
select is((select outcome from market.fn_withdraw_correction('00000000-0000-7000-8000-000000000400', 'test')), 'created', 'is withdrawn');
select is(pg_temp.as_of('trades', 'infinity'), (select content from history where no = 3), 'and does not stand');
select matches((select pg_temp.as_of('trades', h.known_at) from history h where h.no = -1), '^pr=99', 'which is not forgotten');

select is(array[
    pg_temp.record(4, 'rest', 'funding_rates', '[{"funding_time": "2020-01-01T08:00:00Z", "raw_time": "2020-01-01T08:00:00.006Z", "rate": "0.000100000000000001"}]'),
    pg_temp.record(5, 'archive_daily', 'funding_rates', '[{"funding_time": "2020-01-01T08:00:00Z", "raw_time": "2020-01-01T08:00:00.006Z", "rate": "0.0002"}]')],
    '{"ins=1 dup=0 sup=0","ins=0 dup=0 sup=1"}', 'rates');
select is(array[
    pg_temp.record(6, 'rest', 'macro', '[{"series": "CPI", "observed_at": "2020-01-01T00:00:00Z", "value": 1}]'),
    pg_temp.record(7, 'rest', 'macro', '[{"series": "CPI", "observed_at": "2020-01-01T00:00:00Z", "value": 0.1}]')],
    '{"ins=1 dup=0 sup=0","ins=0 dup=0 sup=1"}', 'a series without an instrument, revised');
select is_empty($$select h.no, h.content, pg_temp.as_of(s, h.known_at) from history h, lateral (select case when h.no < 6 then 'funding_rates' else 'macro' end) as x(s)
                   where h.no > 3 and pg_temp.as_of(s, h.known_at) is distinct from h.content$$, 'were known as they were, to the last digit');
select is_empty($$select r.known_since from history h, series s, market.fn_rows_as_of('trades', s.instrument_id, null, null, null, h.known_at) r where r.known_since > h.known_at$$,
    'nothing is known before it came');
select throws_ok($$select market.fn_rows_as_of('trades', instrument_id, null, null, null, null) from series$$, 'TB001', null, 'a moment is named');

select * from finish();
rollback;
