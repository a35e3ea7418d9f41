-- What is missing, exactly, and why as far as something recorded says so.
begin;
select plan(42);

-- Two instruments of one venue, and one of a venue that writes a candle for every minute.
create temporary table series (name text, instrument_id uuid);
do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_venue('tap_dense', 'Venue that writes quiet minutes');
    insert into series
        select s.name, r.instrument_id
          from (values ('a', '00000000-0000-7000-8000-00000000000a'::uuid, 'tap_venue', 'ATQUOTE'),
                       ('b', '00000000-0000-7000-8000-00000000000b', 'tap_venue', 'BTQUOTE'),
                       ('d', '00000000-0000-7000-8000-00000000000d', 'tap_dense', 'DTQUOTE')) as s(name, id, venue, symbol),
               ref.fn_register_instrument(s.id, s.venue, s.symbol, 'spot', 'TBASE', 'TQUOTE') r;
    perform market.fn_ensure_partitions('klines', '2020-01-01', '2020-01-31');
end
$$;

create function pg_temp.at(p_minute double precision) returns timestamptz language sql as $$
    select '2020-01-01 00:00:00+00'::timestamptz + make_interval(secs => p_minute * 60)
$$;
-- no event for market.klines: written directly, what batches do is not the subject
-- no event for ingest.batches: as above
create function pg_temp.put(p_name text, p_file text, p_minutes integer[], p_interval_s integer default 60) returns void language sql as $$
    insert into ingest.batches (batch_id, source, stream, instrument_id, interval_s, file_name, sha256, target, verdict, closed_at,
                                first_time, last_time)
        select util.uuid_from_name('00000000-0000-7000-8000-00000000000f', p_file), 'tap', 'klines', s.instrument_id, p_interval_s, p_file,
               sha256(p_file::bytea), 'market.klines', 'loaded', now(), pg_temp.at(min(m)), pg_temp.at(max(m))
          from series s, unnest(p_minutes) m where s.name = p_name group by s.instrument_id;
    insert into market.klines (instrument_id, interval_s, open_time, open, high, low, close, volume, batch_id)
        select s.instrument_id, p_interval_s, pg_temp.at(m), 1, 1, 1, 1, 1, util.uuid_from_name('00000000-0000-7000-8000-00000000000f', p_file)
          from series s, unnest(p_minutes) m where s.name = p_name;
$$;
create function pg_temp.minutes(p_from integer, p_to integer) returns integer[] language sql as $$
    select array_agg(m) from generate_series(p_from, p_to) m
$$;
create function pg_temp.gaps(p_name text, p_from integer default null, p_to integer default null, p_now integer default 1000000)
returns text language sql as $$
    select string_agg(format('%s+%s %s', extract(epoch from g.gap_from - pg_temp.at(0))::integer / 60, g.missing, g.cause), ', ' order by g.gap_from)
      from series s, market.fn_gaps('klines', s.instrument_id, 60, pg_temp.at(p_from), pg_temp.at(p_to), pg_temp.at(p_now)) g
     where s.name = p_name
$$;
create function pg_temp.evidence(p_name text, p_minute integer) returns jsonb language sql as $$
    select g.evidence from series s, market.fn_gaps('klines', s.instrument_id, 60, pg_temp.at(-10), pg_temp.at(10000), pg_temp.at(9000)) g
     where s.name = p_name and g.gap_from = pg_temp.at(p_minute)
$$;

select is(pg_temp.gaps('a'), null, 'a series without rows has no gaps between them');
select is(pg_temp.gaps('a', 0, 10), '0+10 source_absent', 'but everything that is asked for is missing');
select pg_temp.put('a', 'one', '{5}');
select is(pg_temp.gaps('a'), null, 'one row has none');
select is(pg_temp.gaps('a', 0, 8), '0+5 before_listing, 6+2 source_absent', 'ends that are asked for count');
select is(pg_temp.gaps('a', 0, 10, 8), '0+5 before_listing, 6+1 source_absent, 7+3 not_yet_published',
          'what is not over yet is told apart, to the minute');

select pg_temp.put('a', 'two', '{6,7,9,10,14}');
select pg_temp.put('a', 'three', '{20,21}');
select is(pg_temp.gaps('a'), '8+1 unknown, 11+3 unknown, 15+5 source_absent', 'inside a file and between files');
select is(pg_temp.evidence('a', 8) ->> 'file_name', 'two', 'the file that encloses it is named');
select is(pg_temp.evidence('a', 15), '{"batch_id": null}', 'or that there is none');
select is(pg_temp.gaps('a', 12, 17), '12+2 unknown, 15+2 source_absent', 'a part of a run is judged like the whole');

-- The day of listing, as far as the venue says it.
create function pg_temp.list(p_minute double precision, p_stated integer) returns void language sql as $$
    insert into market.listing_statements (statement_id, venue, kind, stated_at, sha256, instruments, passed_over, changed)
        select util.uuid_from_name('00000000-0000-7000-8000-00000000000f', p_stated::text), 'tap_venue', 'spot', pg_temp.at(p_stated), sha256('list'), 1, 0, 1;
    insert into market.listings (instrument_id, stated_at, status, trading, listed_at, statement_id)
        select s.instrument_id, pg_temp.at(p_stated), 'TRADING', true, pg_temp.at(p_minute), util.uuid_from_name('00000000-0000-7000-8000-00000000000f', p_stated::text)
          from series s where s.name = 'a';
$$;
-- no event for market.listings: written directly
-- no event for market.listing_statements: as above
select pg_temp.list(2.5, 0);
select is(pg_temp.gaps('a', -2, 5), '-2+5 before_listing, 3+2 source_absent', 'since it is listed rows are missing, though none was received before');
select is(pg_temp.evidence('a', -10) ->> 'listed_at', '2020-01-01T00:02:30+00:00', 'which the venue says');
select pg_temp.list(7.0, 1);
select is(pg_temp.gaps('a', -2, 9), '-2+7 before_listing, 8+1 unknown', 'a row that was received before the stated day says more');
select pg_temp.list(null, 2);
select is(pg_temp.gaps('a', -2, 5), '-2+7 before_listing', 'without a stated day it is the first row');
select is(pg_temp.evidence('a', -10), '{"first_row": "2020-01-01T00:05:00+00:00"}', 'as the evidence says');

-- A file that encloses the hole between two others.
select pg_temp.put('a', 'wide', '{4,22}');
select is(pg_temp.gaps('a'), '8+1 unknown, 11+3 unknown, 15+5 unknown', 'a file that reaches over others encloses what lies between them');

-- Both instruments are there all the time, and silent together for 40 minutes.
select pg_temp.put('a', 'a long', pg_temp.minutes(100, 3000) || pg_temp.minutes(3041, 6000));
select pg_temp.put('b', 'b long', pg_temp.minutes(90, 2000) || pg_temp.minutes(2041, 3000) || pg_temp.minutes(3041, 6100));
select is(pg_temp.gaps('a', 100, 6000), '3001+40 venue_outage', 'silence of all at once');
select is(pg_temp.evidence('a', 3001) - 'batch_id' - 'file_name' - 'chance_log10', '{"others": 1, "others_active": 0}', 'says how many others there were');
select is(pg_temp.gaps('b', 100, 6000), '2001+40 unknown, 3001+40 venue_outage', 'one alone is no outage');
select is(pg_temp.evidence('b', 2001) -> 'others_active', '1', 'and the evidence says that another was active');
-- The other one is there three minutes longer, and back two minutes earlier.
select pg_temp.put('b', 'b edges', '{3001,3002,3003,3039,3040}');
select is(pg_temp.gaps('a', 100, 6000), '3001+3 unknown, 3004+35 venue_outage, 3039+2 unknown', 'an outage is as long as all of them were silent');
select is(pg_temp.evidence('a', 3004) - 'batch_id' - 'file_name' - 'chance_log10', '{"others": 1, "others_active": 0}', 'and what is beside it is told apart');
select pg_temp.put('b', 'b middle', '{3020,3021,3022}');
select is(pg_temp.gaps('a', 100, 6000), '3001+40 unknown', 'a row in the middle of a silence ends it');
delete from market.klines k using series s where s.name = 'b' and k.instrument_id = s.instrument_id
   and k.open_time between pg_temp.at(3001) and pg_temp.at(3040);
-- Where the other one has a row every twenty minutes, twenty minutes of silence say nothing.
delete from market.klines k using series s where s.name = 'b' and k.instrument_id = s.instrument_id
   and extract(epoch from k.open_time)::integer % 1200 <> 0;
select is(pg_temp.gaps('a', 100, 6000), '3001+40 unknown', 'a market that is mostly quiet is no witness');

-- The ids of trades.
-- no event for market.agg_trades: written directly
create table market.agg_trades_tap partition of market.agg_trades for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
insert into market.agg_trades (instrument_id, agg_trade_id, trade_time, price, quantity, batch_id)
    select s.instrument_id, t.id, pg_temp.at(t.minute), 1, 1, s.instrument_id
      from series s, (values (7, 10.5), (8, 14.0), (10, 14.9), (12, 21)) as t(id, minute) where s.name = 'a';
select is(pg_temp.gaps('a', 8, 20), '8+1 unknown, 11+3 no_trade, 15+5 unknown', 'ids that follow one another leave no room for a trade');
select is(pg_temp.evidence('a', 11), '{"stream": "agg_trades", "id_before": 7, "id_after": 8}', 'which is the evidence');
insert into market.agg_trades (instrument_id, agg_trade_id, trade_time, price, quantity, batch_id)
    select s.instrument_id, 6, pg_temp.at(8.5), 1, 1, s.instrument_id from series s where s.name = 'a';
select is(pg_temp.gaps('a', 8, 9), '8+1 source_short', 'a trade in a minute without a candle shows that the file is short');

-- Conventions.
insert into ingest.conventions (convention_id, venue, name, since, value, reason)
  values (util.uuid_v7(), 'tap_dense', 'quiet_intervals', '-infinity', 'written', 'test'),
         (util.uuid_v7(), 'tap_dense', 'publication_lag', '-infinity', '600', 'test');
select pg_temp.put('d', 'dense', '{0,1,3,4}');
select is(pg_temp.gaps('d'), '2+1 source_short', 'where quiet minutes are written, a missing one is a fault of the file');
select is(pg_temp.gaps('d', 0, 30, 20), '2+1 source_short, 5+4 source_absent, 9+21 not_yet_published', 'what may still come has not been missed');
insert into ingest.conventions (convention_id, venue, stream, name, since, value, reason)
  values (util.uuid_v7(), 'tap_dense', 'klines', 'published', '2020-01-01 00:08:00+00', 'no', 'delisted');
select is(pg_temp.gaps('d', 0, 30, 20), '2+1 source_short, 5+3 source_absent, 8+22 discontinued', 'and what has ended is not late');
-- Who was not received in that time is no witness: a hole between the files of the other one is none of the venue.
delete from market.klines k using series s where s.name = 'b' and k.instrument_id = s.instrument_id;
delete from ingest.batches b using series s where s.name = 'b' and b.instrument_id = s.instrument_id;
select pg_temp.put('b', 'b before', pg_temp.minutes(90, 3000));
select pg_temp.put('b', 'b after', pg_temp.minutes(3041, 6100));
select is(pg_temp.gaps('a', 100, 6000), '3001+40 unknown', 'nor is one that was not received');
select is(pg_temp.evidence('a', 3001) -> 'others', '0', 'and it does not count');

-- Changes of order books are numbered: spot's ids follow one another, those of contracts say which was before.
-- no event for market.orderbook_changes: written directly
-- no event for market.orderbook_snapshots: as above
create table market.orderbook_changes_tap partition of market.orderbook_changes for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
create table market.orderbook_snapshots_tap partition of market.orderbook_snapshots for values from ('2020-01-01 00:00:00+00') to ('2020-02-01 00:00:00+00');
insert into ingest.batches (batch_id, source, stream, instrument_id, file_name, sha256, target, verdict, closed_at, first_time, last_time)
    select '00000000-0000-7000-8000-00000000000e', 'tap', 'book_changes', s.instrument_id, 'changes', sha256('changes'), 'market.orderbook_changes', 'loaded', now(),
           pg_temp.at(1), pg_temp.at(5)
      from series s where s.name = 'a';
insert into market.orderbook_changes (instrument_id, change_time, first_update_id, last_update_id, previous_update_id, bids, asks, batch_id)
    select s.instrument_id, pg_temp.at(c.minute), c.first, c.last, c.previous, '{}', '{}', '00000000-0000-7000-8000-00000000000e'
      from series s, (values ('a', 1, 5, 9, null), ('a', 2, 10, 10, null), ('a', 3, 10, 12, null), ('a', 4, 15, 20, null), ('a', 5, 21, 22, null), ('a', 6, 30, 31, null),
                             ('d', 1, 5, 9, 2), ('d', 2, 14, 16, 9), ('d', 3, 22, 23, 19), ('d', 4, 24, 25, 23)) as c(name, minute, first, last, previous)
     where s.name = c.name;
create function pg_temp.book_gaps(p_name text, p_from integer default null, p_to integer default null) returns text language sql as $$
    select string_agg(format('%s-%s %s..%s %s %s', extract(epoch from g.gap_from - pg_temp.at(0))::integer / 60, extract(epoch from g.gap_to - pg_temp.at(0))::integer / 60,
                             g.evidence ->> 'from_id', g.evidence ->> 'to_id', g.missing, g.cause), ', ' order by g.gap_from)
      from series s, market.fn_gaps('book_changes', s.instrument_id, null, pg_temp.at(p_from), pg_temp.at(p_to)) g
     where s.name = p_name
$$;
select is(pg_temp.book_gaps('a'), '3-4 13..14 2 unknown, 5-6 23..29 7 source_absent', 'ids that are missing from the changes of a book; an update that repeats some is no gap');
select is(pg_temp.book_gaps('d'), '2-3 17..19 3 source_absent', 'where the venue says which update was before, ids that it left out are none');
select is(pg_temp.book_gaps('a', 4, 6), null, 'between the updates of a range nothing is missing');
create function pg_temp.number(p_how text) returns void language sql as $$
    insert into ingest.conventions (convention_id, venue, name, since, value, reason) values (util.uuid_v7(), 'tap_venue', 'update_ids', '-infinity', p_how, 'test')
$$;
-- no event for ingest.conventions: stated directly
select pg_temp.number('sparse');
select is(pg_temp.book_gaps('a'), null, 'where a venue leaves out numbers, an update that does not say which was before it tells of no hole');
select pg_temp.number('consecutive');
select is(pg_temp.book_gaps('a'), '3-4 13..14 2 unknown, 5-6 23..29 7 source_absent', 'where it does not, it does');
insert into market.orderbook_snapshots (instrument_id, snapshot_time, last_update_id, bids, asks, batch_id)
    select s.instrument_id, pg_temp.at(t.minute), t.id, '{}', '{}', s.instrument_id
      from series s, (values (3.1, 13), (4.5, 18), (4.6, 20)) as t(minute, id) where s.name = 'a';
select is((select string_agg(concat_ws(' ', g.evidence ->> 'file_name', g.evidence ->> 'snapshot_id', g.evidence ->> 'known_again'), ', ' order by g.gap_from)
             from series s, market.fn_gaps('book_changes', s.instrument_id, null) g where s.name = 'a'),
          'changes 18 2020-01-01T00:04:30+00:00, ', 'the first snapshot that knows what is missing says from where the book is known again');
select throws_ok($$select market.fn_gaps('book_changes', null, null)$$, 'TB001', null, 'changes are of an instrument');

-- The other streams of the register.
select is_empty($$select r.stream, g.* from ingest.streams r, series s, market.fn_gaps(r.stream, s.instrument_id, 300) g
                   where s.name = 'd' and r.stream not in ('klines', 'agg_trades', 'book_changes', 'order_book')$$, 'no stream without rows has gaps');
select is_empty($$select r.stream, c.* from ingest.streams r, series s, market.fn_coverage(r.stream, s.instrument_id, 300) c
                   where s.name = 'd' and r.stream not in ('klines', 'agg_trades', 'book_changes', 'order_book')$$, 'or is covered');
select is_empty($$select r.stream, t.* from ingest.streams r, series s, market.fn_stuck_runs(r.stream, s.instrument_id, 300) t
                   where s.name = 'd' and r.stream not in ('klines', 'agg_trades', 'book_changes', 'order_book')$$, 'or stuck');
select throws_ok($$select market.fn_gaps('klines', null, 60)$$, 'TB001', null, 'a series is named in full');

select * from finish();
rollback;
