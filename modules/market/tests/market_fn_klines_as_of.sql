-- What was known at a moment is what readers saw then, whatever has come since.
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

-- Loads candles of 2020-01-01 as a sender would, and keeps what readers see afterwards.
create temporary table history (no integer primary key, known_at timestamptz, content text);
grant all on history to public;
create function pg_temp.content() returns text language sql as $$
    select coalesce(string_agg(format('%s=%s', extract(epoch from k.open_time)::bigint / 60 % 1440, k.close), ' ' order by k.open_time), '')
      from market.klines k, series s where k.instrument_id = s.instrument_id and k.interval_s = 60
$$;
create function pg_temp.load(p_no integer, p_source text, p_minutes integer[], p_closes double precision[]) returns text language plpgsql as $$
declare
    v_id    uuid := ('00000000-0000-7000-8000-0000000003' || lpad(p_no::text, 2, '0'))::uuid;
    v_start timestamptz := '2020-01-01 00:00:00+00';
    v_open  record;
    v_close record;
begin
    select * into v_open
      from market.fn_open_batch(v_id, p_source, 'klines', (select instrument_id from series), 60, 'file ' || p_no, sha256(p_no::text::bytea), 1,
               v_start + make_interval(mins => (select min(m) from unnest(p_minutes) m)),
               v_start + make_interval(mins => (select max(m) from unnest(p_minutes) m)), false);
    execute format('insert into %s (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id, line)
                      select s.instrument_id, 60, $1 + make_interval(mins => r.minute), r.close, r.close, r.close, r.close, 0.1, $2, r.line
                        from series s, unnest($3, $4) with ordinality as r(minute, close, line)', v_open.target)
      using v_start, v_id, p_minutes, p_closes;
    select * into v_close from market.fn_close_batch(v_id, cardinality(p_minutes), null, null, null, null);
    insert into history select p_no, b.closed_at, pg_temp.content() from ingest.batches b where b.batch_id = v_id;
    return format('ins=%s dup=%s sup=%s', v_close.inserted, v_close.duplicate, v_close.superseded);
end
$$;
create function pg_temp.as_of(p_known_at timestamptz, p_from timestamptz default null, p_to timestamptz default null) returns text language sql as $$
    select coalesce(string_agg(format('%s=%s', extract(epoch from k.open_time)::bigint / 60 % 1440, k.close), ' ' order by k.open_time), '')
      from series s, market.fn_klines_as_of(s.instrument_id, 60, p_from, p_to, p_known_at) k
$$;

select is(pg_temp.as_of('infinity'), '', 'nothing is known of nothing');
select is(array[
    pg_temp.load(1, 'rest', '{0,1,2,3,4}', '{10,11,12,13,14}'),
    pg_temp.load(2, 'archive_daily', '{1,2,3}', '{11,22,23}'),
    pg_temp.load(3, 'rest', '{2,3,5}', '{32,23,35}'),
    pg_temp.load(4, 'archive_monthly', '{0,1,2,5,6,6}', '{10,41,42,45,46,46.5}'),
    pg_temp.load(5, 'archive_daily', '{5,7}', '{55,0.1}')],
    '{ins=5 dup=0 sup=0,ins=0 dup=1 sup=2,ins=1 dup=1 sup=1,ins=1 dup=1 sup=4,ins=1 dup=0 sup=1}',
    'rows that are new, equal, better, worse and twice in one file');
select is_empty('select no, content from history where pg_temp.as_of(known_at) <> content', 'at the end of each batch exactly what stood then was known');
-- A correction by hand, and its end.
select is((select outcome from series s, market.fn_correct_row('00000000-0000-7000-8000-000000000400', 'klines', s.instrument_id, 60,
               '{"open_time": "2020-01-01 00:03:00+00"}', '{"close": 99, "high": 100}', 'test') c), 'created', 'a correction');
insert into history select 6, clock_timestamp(), pg_temp.content();
select is((select outcome from market.fn_withdraw_correction('00000000-0000-7000-8000-000000000400', 'test')), 'created', 'is withdrawn');
insert into history select 7, clock_timestamp(), pg_temp.content();
select is((select string_agg(substring(content from '3=[0-9.]+'), ' ' order by no) from history where no >= 5), '3=23 3=99 3=23', 'the row before, with and after it');
select is_empty('select no, content from history where pg_temp.as_of(known_at) <> content', 'is known as it was at each of these moments');
select is((select content from history where no = 5), '0=10 1=41 2=42 3=23 4=14 5=45 6=46.5 7=0.1', 'which was, at last, this');
select is((select pg_temp.as_of(h.known_at - interval '1 microsecond') from history h where no = 2), (select content from history where no = 1), 'a moment before, what had stood before');
select is((select pg_temp.as_of(h.known_at - interval '1 microsecond') from history h where no = 1), '', 'before the first batch nothing');
select is(pg_temp.as_of('infinity'), pg_temp.content(), 'and in the end what stands');
select is((select pg_temp.as_of(h.known_at, '2020-01-01 00:01+00', '2020-01-01 00:03+00') from history h where no = 3), '1=11 2=22', 'a range is from its start to before its end');
select is_empty($$select k.open_time from history h, series s, market.fn_klines_as_of(s.instrument_id, 60, null, null, h.known_at) k where k.known_since > h.known_at$$,
    'nothing is known before it came');

-- Windows of a moment are the windows of that moment.
select isnt((select w.manifest from history h, series s, market.fn_windows('s', s.instrument_id, 60, '2020-01-01 00:00+00', '2020-01-01 00:05+00', '5m', 1, 1, h.known_at) w where h.no = 1),
            (select w.manifest from series s, market.fn_windows('s', s.instrument_id, 60, '2020-01-01 00:00+00', '2020-01-01 00:05+00', '5m', 1) w),
            'windows as they were known have the content of then');
select throws_ok($$select market.fn_klines_as_of(instrument_id, 60, null, null, null) from series$$, 'TB001', null, 'a moment is named');

select * from finish();
rollback;
