-- The latest price is that of the newest row, whatever the order in which rows arrive.
begin;
select plan(21);

do $$
begin
    perform ref.fn_register_currency('TBASE', 'Base of the test', 'crypto');
    perform ref.fn_register_currency('TQUOTE', 'Quote of the test', 'crypto');
    perform ref.fn_register_venue('tap_venue', 'Venue of the test');
    for n in 1 .. 3 loop
        perform ref.fn_register_instrument(('00000000-0000-7000-8000-00000000000' || n)::uuid, 'tap_venue', 'SYMBOL' || n, 'spot', 'TBASE', 'TQUOTE');
    end loop;
end
$$;
create function pg_temp.u(p_digit integer) returns uuid language sql as $$ select ('00000000-0000-7000-8000-00000000000' || p_digit)::uuid $$;

-- Rows of one stream as a sender sends them; the columns of the stream come as text.
create function pg_temp.receive(p_stream text, p_instrument integer, p_columns text, p_rows text[], p_first timestamptz, p_last timestamptz,
                                p_source text default 'tap')
returns void language plpgsql as $$
declare
    v_batch constant uuid := util.uuid_v7();
    v_target text;
begin
    perform market.fn_ensure_partitions(p_stream, p_first, p_last);
    select o.target into strict v_target
      from market.fn_open_batch(v_batch, p_source, p_stream, pg_temp.u(p_instrument), case p_stream when 'klines' then 60 end, 'f', sha256(v_batch::text::bytea), 1,
                                p_first, p_last, false) as o;
    for n in 1 .. cardinality(p_rows) loop
        execute format('insert into %s (instrument_id, %s, batch_id, line) values ($1, %s, $2, $3)', v_target, p_columns, p_rows[n])
          using pg_temp.u(p_instrument), v_batch, n;
    end loop;
    perform market.fn_close_batch(v_batch, cardinality(p_rows), null, null, null, null);
end
$$;
create function pg_temp.trade(p_at timestamptz, p_id bigint, p_price float8, p_stream text default 'trades', p_instrument integer default 1) returns text
language sql as $$
    select pg_temp.receive(p_stream, p_instrument, case p_stream when 'trades' then 'trade_id' else 'agg_trade_id' end || ', trade_time, price, quantity',
                           array[format('%s, %L, %s, 1', p_id, p_at, p_price)], p_at, p_at);
    select concat_ws(' ', last_price, last_time, last_stream) from market.v_latest_prices where instrument_id = pg_temp.u(p_instrument)
$$;
create function pg_temp.candle(p_at timestamptz, p_close float8, p_source text default 'tap') returns text language sql as $$
    select pg_temp.receive('klines', 1, 'interval_s, open_time, open, high, low, close, volume', array[format('60, %L, 1, 1, 1, %s, 1', p_at, p_close)], p_at, p_at, p_source);
    select concat_ws(' ', last_price, last_time, last_stream) from market.v_latest_prices where instrument_id = pg_temp.u(1)
$$;
create function pg_temp.quote(p_at timestamptz, p_id bigint, p_bid float8, p_instrument integer default 1) returns text language sql as $$
    select pg_temp.receive('book_tickers', p_instrument, 'update_id, event_time, bid_price, bid_quantity, ask_price, ask_quantity',
                           array[format('%s, %L, %s, 1, %s, 2', p_id, p_at, p_bid, p_bid + 1)], p_at, p_at);
    select concat_ws(' ', bid_price, ask_price, mid_price, quote_time) from market.v_latest_prices where instrument_id = pg_temp.u(p_instrument)
$$;
set local timezone = 'UTC';

select is((select count(*) from market.fn_latest_prices(array[pg_temp.u(1)])), 0::bigint, 'nothing is known of an instrument without rows');
select is(pg_temp.trade('2024-01-01 10:00:30Z', 7, 100), '100 2024-01-01 10:00:30+00 trades', 'a trade is the latest price');
select is(pg_temp.trade('2024-01-01 10:00:10Z', 5, 99), '100 2024-01-01 10:00:30+00 trades', 'an earlier one does not move it back');
select is(pg_temp.trade('2024-01-01 10:00:30Z', 6, 98), '100 2024-01-01 10:00:30+00 trades', 'nor one of the same moment with a lower id');
select is(pg_temp.trade('2024-01-01 10:00:30Z', 8, 101), '101 2024-01-01 10:00:30+00 trades', 'one with a higher id does move it on');
select is(pg_temp.trade('2024-01-01 10:00:30Z', 99, 55, 'agg_trades'), '101 2024-01-01 10:00:30+00 trades', 'single trades are finer than added up ones');
select is(pg_temp.trade('2024-01-01 10:00:31Z', 100, 102, 'agg_trades'), '102 2024-01-01 10:00:31+00 agg_trades', 'which move it on all the same');
select is(pg_temp.candle('2023-12-31 23:59Z', 1), '102 2024-01-01 10:00:31+00 agg_trades', 'an old candle does not move it back');
select is(pg_temp.candle('2024-01-01 10:00Z', 103), '103 2024-01-01 10:01:00+00 klines', 'the close of a candle is the price at its end');
select is(pg_temp.trade('2024-01-01 10:00:59Z', 9, 102.5), '103 2024-01-01 10:01:00+00 klines', 'a trade inside of it is older');
select is(pg_temp.trade('2024-01-01 10:01:00Z', 10, 104), '104 2024-01-01 10:01:00+00 trades', 'a trade at its end is newer');
select is(pg_temp.candle('2024-01-01 10:01Z', 105, 'rest'), '105 2024-01-01 10:02:00+00 klines', 'the next candle is newer');
select is(pg_temp.candle('2024-01-01 10:01Z', 106, 'archive_daily'), '106 2024-01-01 10:02:00+00 klines', 'another value of it that wins is the latest price');
select is(pg_temp.candle('2024-01-01 10:01Z', 107, 'websocket'), '106 2024-01-01 10:02:00+00 klines', 'one that loses is not');
select is(pg_temp.candle(date_trunc('minute', now()) + interval '2 minutes', 1), '106 2024-01-01 10:02:00+00 klines', 'what is not over yet is no price');

select is(pg_temp.quote('2024-01-01 10:00Z', 1, 10), '10 11 10.5 2024-01-01 10:00:00+00', 'a quote is the latest bid and ask');
select is(pg_temp.quote('2024-01-01 09:59Z', 9, 20), '10 11 10.5 2024-01-01 10:00:00+00', 'an earlier one does not move them back');
select is(pg_temp.quote('2024-01-01 10:00Z', 2, 30), '30 31 30.5 2024-01-01 10:00:00+00', 'a later update does move them on');
select is(pg_temp.quote('2024-01-01 10:00Z', 1, 40, 2), '40 41 40.5 2024-01-01 10:00:00+00', 'each instrument has its own');
select results_eq(
    $$select symbol, last_price, bid_price from market.fn_latest_prices(array[pg_temp.u(2), pg_temp.u(1), pg_temp.u(3)]) order by symbol$$,
    $$values ('SYMBOL1'::text, 106::float8, 30::float8), ('SYMBOL2', null, 40)$$, 'those that are asked for are answered');
select results_eq(
    $$select stream, symbol, newest_event, cadence_s, errors from market.v_source_freshness where source = 'tap' and symbol = 'SYMBOL1' order by stream collate "C"$$,
    $$values ('agg_trades'::text, 'SYMBOL1'::text, timestamptz '2024-01-01 10:00:31Z', null::integer, 0::bigint),
             ('book_tickers', 'SYMBOL1', '2024-01-01 10:00Z', null, 0), ('klines', 'SYMBOL1', date_trunc('minute', now()) + interval '2 minutes', 60, 0),
             ('trades', 'SYMBOL1', '2024-01-01 10:01Z', null, 0)$$, 'and each series of the source says how fresh it is');

select * from finish();
rollback;
