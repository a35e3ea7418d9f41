-- What a venue says of its instruments: known once, kept when it changes, and what ends is no longer waited for.
begin;
select plan(19);

do $$ begin perform ref.fn_register_venue('tap_venue', 'Venue of the test'); end $$;
create function pg_temp.entry(p_symbol text, p_status text, p_tick text default '0.01000000', p_more jsonb default '{}') returns jsonb language sql as $$
    select jsonb_build_object('symbol', p_symbol, 'status', p_status, 'baseAsset', left(p_symbol, 3), 'quoteAsset', 'USDT', 'filters', jsonb_build_array(
               jsonb_build_object('filterType', 'PRICE_FILTER', 'tickSize', p_tick, 'minPrice', '0'),
               jsonb_build_object('filterType', 'LOT_SIZE', 'stepSize', '0.00001000'),
               jsonb_build_object('filterType', 'NOTIONAL', 'minNotional', '5.00000000'))) || p_more
$$;
create function pg_temp.record(p_no integer, p_minute integer, variadic p_entries jsonb[]) returns text language sql as $$
    select concat_ws(' ', outcome, instruments, passed_over, changed, conflict_field)
      from market.fn_record_exchange_info(('00000000-0000-7000-8000-' || lpad(p_no::text, 12, '0'))::uuid, 'tap_venue', 'spot',
               jsonb_build_object('serverTime', 1577836800000 + p_minute * 60000, 'symbols', to_jsonb(p_entries)))
$$;
create function pg_temp.said() returns text language sql as $$
    select string_agg(format('%s %s %s', l.symbol, l.status, l.tick_size), ', ' order by l.symbol) from market.v_listings_reader l where l.venue = 'tap_venue'
$$;
create function pg_temp.published(p_symbol text, p_minute integer) returns text language sql as $$
    select c.value || ' ' || c.reason
      from ref.instruments i, market._convention('published', i.instrument_id, 'klines', 'rest', '2020-01-01 00:00:00+00'::timestamptz + make_interval(mins => p_minute)) c
     where i.venue = 'tap_venue' and i.symbol = p_symbol
$$;

select is(pg_temp.record(1, 0, pg_temp.entry('AAAUSDT', 'TRADING'), pg_temp.entry('BBBUSDT', 'TRADING'), pg_temp.entry('OLDUSDT', 'BREAK'),
                         pg_temp.entry('NewUSDT', 'TRADING'), pg_temp.entry('FFFUSDT', 'TRADING', '1', '{"contractType": "CURRENT_QUARTER"}')),
          'created 3 2 3', 'instruments become known; what has a name of another form, or is no spot instrument, is passed over');
select is(pg_temp.said(), 'AAAUSDT TRADING 0.01, BBBUSDT TRADING 0.01, OLDUSDT BREAK 0.01', 'with what is said of them');
select results_eq($$select i.base, i.quote, i.tick_size::text, i.lot_size::text from market.symbols i where i.symbol = 'AAAUSDT' and i.venue = 'tap_venue'$$,
    $$values ('AAA', 'USDT', '0.01', '0.00001')$$, 'sizes are those of the list, exact');
select is((select kind from ref.currencies where code = 'USDT'), 'stablecoin', 'and currencies are what they are');
select is(pg_temp.record(1, 0, pg_temp.entry('AAAUSDT', 'TRADING'), pg_temp.entry('BBBUSDT', 'TRADING'), pg_temp.entry('OLDUSDT', 'BREAK'),
                         pg_temp.entry('NewUSDT', 'TRADING'), pg_temp.entry('FFFUSDT', 'TRADING', '1', '{"contractType": "CURRENT_QUARTER"}')),
          'replayed 3 2 3', 'the same list again');
select is(pg_temp.record(1, 0, pg_temp.entry('AAAUSDT', 'BREAK')), 'conflict 3 2 3 info', 'another one under its id');
select is(pg_temp.record(2, 10, pg_temp.entry('AAAUSDT', 'TRADING'), pg_temp.entry('BBBUSDT', 'TRADING'), pg_temp.entry('OLDUSDT', 'BREAK')),
          'created 3 0 0', 'a list that says the same adds nothing');
select is(pg_temp.record(3, 20, pg_temp.entry('AAAUSDT', 'BREAK'), pg_temp.entry('BBBUSDT', 'TRADING', '0.1')), 'created 2 0 3',
          'trading ends, a tick is another one, an instrument is not named any more');
select is(pg_temp.said(), 'AAAUSDT BREAK 0.01, BBBUSDT TRADING 0.1, OLDUSDT ABSENT 0.01', 'which is what is said now');
select is(array[pg_temp.published('AAAUSDT', 19), pg_temp.published('AAAUSDT', 20), pg_temp.published('BBBUSDT', 20), pg_temp.published('OLDUSDT', 0)],
          array[null, 'no tap_venue lists it as BREAK', null, 'no tap_venue lists it as BREAK'], 'what does not trade is not published, from then on');
select is(pg_temp.record(4, 30, pg_temp.entry('AAAUSDT', 'TRADING'), pg_temp.entry('BBBUSDT', 'TRADING', '0.1')), 'created 2 0 1', 'it trades again');
select is(array[pg_temp.published('AAAUSDT', 29), pg_temp.published('AAAUSDT', 30)], array['no tap_venue lists it as BREAK', 'yes tap_venue lists it as TRADING'],
          'and is published again');
select is((select count(*) from market.listings l join market.v_listings_reader r using (instrument_id) where r.venue = 'tap_venue'), 7::bigint, 'each change is kept, once');

-- Failures are counted until the next list.
select is((select outcome from market.fn_note_source_error('00000000-0000-7000-8000-0000000000e1', 'tap_venue spot', 'listings', null, null, 'busy')), 'created', 'a list that did not come');
select is(pg_temp.record(5, 40, pg_temp.entry('AAAUSDT', 'limit_only'), pg_temp.entry('BBBUSDT', 'cancel_only', '0.1')), 'created 2 0 2',
          'where some orders are refused there is a market, where all are there is none');
select results_eq($$select f.errors, f.errors_in_row, f.newest_event, (select string_agg(l.trading::text, ' ' order by l.symbol) from market.v_listings_reader l where l.venue = 'tap_venue')
                      from ingest.source_freshness f where f.source = 'tap_venue spot'$$,
    $$values (1::bigint, 0, '2020-01-01 00:40:00+00'::timestamptz, 'true false false')$$, 'is forgotten when the next one does');

-- A contract that was settled ended when the venue said it would.
select is((select concat_ws(' ', outcome, instruments, passed_over, changed)
             from market.fn_record_exchange_info('00000000-0000-7000-8000-000000000010', 'tap_venue', 'perp', jsonb_build_object('serverTime', 1577836800000, 'symbols', jsonb_build_array(
                      pg_temp.entry('CCCUSDT', 'SETTLING', '1', '{"contractType": "PERPETUAL", "marginAsset": "USDT", "onboardDate": 1500000000000, "deliveryDate": 1577833200000}'),
                      pg_temp.entry('DDDUSDT', 'TRADING', '1', '{"contractType": "PERPETUAL", "marginAsset": "DDD"}'))))),
          'created 1 1 1', 'a contract that is settled in its own base is none of this kind');
select results_eq($$select l.listed_at, c.since from market.v_listings_reader l join ingest.conventions c using (instrument_id) where l.symbol = 'CCCUSDT'$$,
    $$values ('2017-07-14 02:40:00+00'::timestamptz, '2019-12-31 23:00:00+00'::timestamptz)$$, 'since when it is listed, and since when it is over');
select throws_ok($$select market.fn_record_exchange_info('00000000-0000-7000-8000-000000000011', 'tap_venue', 'spot', '{"code": -1003}')$$, 'TB001', null, 'an error is no list');

select * from finish();
rollback;
