-- The state of every series: live, late, stuck, discontinued, never, and unknown where nothing says.
begin;
select plan(14);

create temporary table series (name text, instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_venue('binance', 'Binance');
    insert into series
        select s.name, r.instrument_id
          from (values ('a', '00000000-0000-7000-8000-00000000000a'::uuid, 'tap_venue', 'spot', 'ATQUOTE'),
                       ('perp', '00000000-0000-7000-8000-00000000000b', 'binance', 'perp', 'BTQUOTE')) as s(name, id, venue, kind, symbol),
               ref.fn_register_instrument(s.id, s.venue, s.symbol, s.kind, 'TBASE', 'TQUOTE') r;
    perform market.fn_ensure_partitions('klines', '2019-12-01', '2020-01-31');
end
$$;
create function pg_temp.at(p_minute double precision) returns timestamptz language sql as $$
    select '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => p_minute * 60)
$$;
create function pg_temp.state(p_now timestamptz, p_source text default 'tap') returns text language sql as $$
    select string_agg(concat_ws(' ', s.stream, s.state, s.late_s), ', ' order by s.stream)
      from series n join market.fn_stream_status(p_now, 30) s using (instrument_id) where s.source is not distinct from p_source
$$;

select is(pg_temp.state(pg_temp.at(0)), null, 'nothing is expected');
insert into ingest.source_freshness (source, stream, instrument_id, interval_s, newest_event, newest_ingest, cadence_s)
    select 'tap', 'klines', instrument_id, 60, pg_temp.at(10), pg_temp.at(11), 60 from series where name = 'a';
-- The candle of minute 10 is over at 11, the next one at 12, and late after 13.
select is(array[pg_temp.state(pg_temp.at(11)), pg_temp.state(pg_temp.at(13)), pg_temp.state(pg_temp.at(13.5))],
          '{klines live,klines live,klines late 30}', 'late is what has not come after its length, its cadence and once more');
insert into ingest.conventions (convention_id, venue, source, name, since, value, reason)
  values (util.uuid_v7(), 'tap_venue', 'tap', 'publication_lag', '-infinity', '600', 'test');
select is(array[pg_temp.state(pg_temp.at(23)), pg_temp.state(pg_temp.at(23.5))], '{klines live,klines late 30}', 'and what its publication may take');

-- no event for market.klines: written directly
insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
    select s.instrument_id, 60, pg_temp.at(n), 2, 2, 2, 2, case when n < -25 then n + 100 else 4 end, s.instrument_id
      from series s, generate_series(-60, 10) n where s.name = 'a';
select is(pg_temp.state(pg_temp.at(11)), 'klines stuck', 'rows that come and say nothing');
select is((select s.detail from market.fn_stream_status(pg_temp.at(11)) s where s.source = 'tap'),
          jsonb_build_object('pattern', 'constant', 'since', '2019-12-31T23:35:00+00:00', 'row_count', 36), 'since when');
select is(pg_temp.state(pg_temp.at(60)), 'klines late 2220', 'what does not come at all is late first');
update market.klines k set volume = 5 from series s where s.name = 'a' and k.instrument_id = s.instrument_id and k.open_time = pg_temp.at(10);
select is(pg_temp.state(pg_temp.at(11)), 'klines live', 'one other value and it lives');

-- An archive that has ended raises no alarm, and the same stream from elsewhere still does.
insert into ingest.source_freshness (source, stream, instrument_id, newest_event, newest_ingest, cadence_s)
    select v.source, 'book_tickers', s.instrument_id, v.newest, v.newest, 60
      from series s, (values ('archive_daily', '2024-03-30 23:59:59+00'::timestamptz), ('websocket', '2024-03-30 23:59:59+00')) as v(source, newest)
     where s.name = 'perp';
select is(pg_temp.state('2024-03-31 12:00+00', 'archive_daily'), 'book_tickers discontinued', 'a declared end');
select is(pg_temp.state('2025-11-20 00:00+00', 'archive_daily'), 'book_tickers discontinued', 'is no alarm 600 days later');
select is(pg_temp.state('2024-03-31 00:05+00', 'websocket'), 'book_tickers late 181', 'of that source alone');
select is((select s.detail ->> 'reason' from market.fn_stream_status('2025-01-01 00:00+00') s where s.source = 'archive_daily'),
          'the archive has no files after 2024-03-30', 'with its reason');

-- Cadences that nobody has set are learnt, once there is something to learn from.
insert into ingest.source_freshness (source, stream, instrument_id, newest_event, newest_ingest)
    select 'learn', 'metrics', instrument_id, pg_temp.at(10), pg_temp.at(10) from series where name = 'a';
select is(pg_temp.state(pg_temp.at(10), 'learn'), 'metrics unknown', 'without a cadence nothing can be said');
insert into ingest.batches (batch_id, source, stream, instrument_id, interval_s, file_name, sha256, target, verdict, closed_at, first_time, last_time)
    select util.uuid_v7(), 'learn', 'metrics', s.instrument_id, 300, 'm' || n, sha256(('m' || n)::bytea), 'market.klines', 'loaded', now(), pg_temp.at(n), pg_temp.at(n)
      from series s, unnest(array[0, 5, 10]) n where s.name = 'a';
update ingest.source_freshness set interval_s = 300 where source = 'learn';
select is(array[pg_temp.state(pg_temp.at(24.9), 'learn'), pg_temp.state(pg_temp.at(26), 'learn')], '{metrics live,metrics late 60}', 'of every five minutes it is learnt');

-- no event for ingest.source_freshness: prepared directly
insert into ingest.source_freshness (source, stream, instrument_id, cadence_s, cadence_set)
    select 'rest', 'open_interest', instrument_id, 300, true from series where name = 'a';
select is(pg_temp.state(pg_temp.at(0), 'rest'), 'open_interest never', 'what is expected and never came');

select * from finish();
rollback;
