-- What is to be polled is said once for each series, changed by saying it otherwise, and seen as pollers see it.
begin;
select plan(25);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000a', 'tap_venue', 'TBASE-TQUOTE', 'spot', 'TBASE', 'TQUOTE');
    perform ref.fn_register_instrument('00000000-0000-7000-8000-00000000000b', 'tap_venue', 'TBASETQUOTE', 'perp', 'TBASE', 'TQUOTE');
    perform settings.fn_set_coin('TBASETQUOTE', 'TBASE', 'TQUOTE', true);
    perform settings.fn_set_coin('TOTHERTQUOTE', 'TOTHER', 'TQUOTE', true);
    perform settings.fn_set_coin('TOFFTQUOTE', 'TOFF', 'TQUOTE', false);
end
$$;

create function pg_temp.wish(p_digit text, p_stream text, p_kind text, p_interval_s integer, p_since text default '2024-01-01Z',
                             p_every_s integer default null, p_enabled boolean default true) returns text language sql as $$
    select concat_ws(' ', outcome, version)
      from market.fn_set_poll('tap_venue', p_stream, p_kind, ('00000000-0000-7000-8000-00000000000' || p_digit)::uuid, p_interval_s,
                              p_since::timestamptz, p_every_s, p_enabled, '{"actor": "tap"}')
$$;
create function pg_temp.polled() returns text[] language sql as $$
    select array_agg(concat_ws(' ', stream, kind, coalesce(symbol, base || '/' || quote), interval_s) order by stream, kind, symbol, interval_s)
      from market.v_polls
     where venue = 'tap_venue' and base like 'T%'
$$;

select is(pg_temp.wish('b', 'klines', 'perp', 60), 'created 1', 'a series is wished for');
select is(pg_temp.wish('b', 'klines', 'perp', 60), 'replayed 1', 'once');
select is(pg_temp.wish('b', 'klines', 'perp', 60, p_every_s => 5), 'created 2', 'and otherwise');
select is(pg_temp.wish('b', 'klines', 'perp', 300), 'created 1', 'another interval is another series');
select is(pg_temp.wish('b', 'funding_snapshots', 'perp', null), 'created 1', 'also of a stream that no file brings');
select is(pg_temp.polled(), '{"funding_snapshots perp TBASETQUOTE","klines perp TBASETQUOTE 60","klines perp TBASETQUOTE 300"}', 'they are polled');
select results_eq(
    $$select e.aggregate_version::bigint, e.payload ->> 'every_s', e.ctx ->> 'actor' from bus.domain_events as e
       where e.xid = pg_current_xact_id() and e.event_type = 'market.poll_set' and e.payload ->> 'interval_s' = '60' order by e.id$$,
    $$values (1::bigint, null::text, 'tap'::text), (2, '5', 'tap')$$, 'each change has its event');
select is(pg_temp.wish('b', 'klines', 'perp', 300, p_enabled => false), 'created 2', 'a series is no longer wished for');
select is(pg_temp.wish('b', 'funding_snapshots', 'perp', null, p_enabled => false), 'created 2', 'nor another');

select is((select outcome from market.fn_set_poll('tap_venue', 'klines', 'spot', null, 60, '2024-01-01Z', null, true)), 'created', 'all coins are');
select is(pg_temp.polled(), '{"klines perp TBASETQUOTE 60","klines spot TBASE-TQUOTE 60","klines spot TOTHER/TQUOTE 60"}',
    'a coin is its instrument by currencies, or none yet; one that is switched off is left out');
select is(pg_temp.wish('a', 'klines', 'spot', 60, p_enabled => false), 'created 1', 'one of them is not');
select is(pg_temp.polled(), '{"klines perp TBASETQUOTE 60","klines spot TOTHER/TQUOTE 60"}', 'and left out too');

insert into market.symbol_subscriptions (account_id, bot_id, instrument_id, stream, active)
select '00000000-0000-7000-8000-0000000000aa', ('00000000-0000-7000-8000-0000000000b' || b)::uuid, '00000000-0000-7000-8000-00000000000b', s, true
  from unnest(array['klines', 'agg_trades']) as s, generate_series(1, 2) as b;
select is(pg_temp.polled(), '{"agg_trades perp TBASETQUOTE","klines perp TBASETQUOTE 60","klines spot TOTHER/TQUOTE 60"}',
    'what bots subscribe to is polled, each series once');
select is((select since from market.v_polls where venue = 'tap_venue' and stream = 'klines' and symbol = 'TBASETQUOTE'), '2024-01-01Z'::timestamptz,
    'as its own row says');

select is((select outcome from market.fn_set_poll('tap_venue', 'listings', 'perp', null, null, '2024-01-01Z', null, true)), 'created', 'the list of instruments, too');
select results_eq($$select symbol, base, instrument_id from market.v_polls where venue = 'tap_venue' and stream = 'listings'$$,
    $$values (null::text, null::text, null::uuid)$$, 'which is one, whatever coins there are');
select throws_ok($$ select pg_temp.wish('b', 'listings', 'perp', null) $$, 'TB001', null, 'and of no single instrument');
select throws_ok($$ select pg_temp.wish('a', 'klines', 'perp', 60) $$, 'TB002', null, 'an instrument has one kind');
select throws_ok($$ select pg_temp.wish('c', 'klines', 'perp', 60) $$, 'TB002', null, 'and is known');
select throws_ok($$ select pg_temp.wish('b', 'nothing', 'perp', null) $$, 'TB002', null, 'so is the stream');
select throws_ok($$ select pg_temp.wish('b', 'klines', 'perp', null) $$, 'TB001', null, 'candles have a length');
select throws_ok($$ select pg_temp.wish('b', 'funding_snapshots', 'perp', 60) $$, 'TB001', null, 'snapshots have none');
select throws_ok($$ select pg_temp.wish('b', 'klines', 'perp', 60, 'infinity') $$, 'TB001', null, 'a history begins somewhere');
select throws_ok($$ select pg_temp.wish('b', 'klines', 'perp', 60, p_every_s => 0) $$, 'TB001', null, 'pauses last');

select * from finish();
rollback;
