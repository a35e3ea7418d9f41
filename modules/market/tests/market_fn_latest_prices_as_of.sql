-- The latest price that was known at a moment is the one that stood then.
begin;
select plan(7);

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
create temporary table history (no integer primary key, known_at timestamptz, content text);
grant all on history to public;
create function pg_temp.shown(p_known_at timestamptz default null) returns text language plpgsql as $$
begin
    if p_known_at is null then
        return (select format('%s %s %s / %s %s', l.last_price, l.last_stream, l.last_time, l.bid_price, l.quote_time)
                  from series s, market.fn_latest_prices(array[s.instrument_id]) l);
    end if;
    return (select format('%s %s %s / %s %s', l.last_price, l.last_stream, l.last_time, l.bid_price, l.quote_time)
              from series s, market.fn_latest_prices_as_of(p_known_at, array[s.instrument_id]) l);
end
$$;
create function pg_temp.record(p_no integer, p_stream text, p_interval_s integer, p_rows jsonb) returns text language plpgsql as $$
declare
    v_done record;
begin
    select * into v_done
      from market.fn_record_rows(('00000000-0000-7000-8000-0000000003' || lpad(p_no::text, 2, '0'))::uuid, 'rest', p_stream,
                                 (select instrument_id from series), p_interval_s, 'answer ' || p_no, sha256(p_no::text::bytea), 1, p_rows);
    insert into history select p_no, b.closed_at, pg_temp.shown() from ingest.batches b where b.batch_id = v_done.batch_id;
    return v_done.outcome;
end
$$;
select is(array[
    pg_temp.record(1, 'book_tickers', null, '[{"update_id": 1, "event_time": "2020-01-01T00:00:30Z", "bid_price": 9, "bid_quantity": 1, "ask_price": 11, "ask_quantity": 1}]'),
    pg_temp.record(2, 'klines', 60, '[{"open_time": "2020-01-01T00:00:00Z", "open": 1, "high": 1, "low": 1, "close": 10, "volume": 1}]'),
    pg_temp.record(3, 'trades', null, '[{"trade_id": 1, "trade_time": "2020-01-01T00:01:00Z", "price": 20, "quantity": 1}]'),
    pg_temp.record(4, 'klines', 3600, '[{"open_time": "2019-01-01T00:00:00Z", "open": 1, "high": 1, "low": 1, "close": 7, "volume": 1}]'),
    pg_temp.record(5, 'agg_trades', null, '[{"agg_trade_id": 5, "trade_time": "2020-02-01T00:00:00Z", "price": 50, "quantity": 1}]'),
    pg_temp.record(6, 'book_tickers', null, '[{"update_id": 3, "event_time": "2020-02-01T00:00:00Z", "bid_price": 48, "bid_quantity": 1, "ask_price": 51, "ask_quantity": 1},
                                             {"update_id": 2, "event_time": "2020-02-01T00:00:00Z", "bid_price": 47, "bid_quantity": 1, "ask_price": 51, "ask_quantity": 1}]')],
    array['created', 'created', 'created', 'created', 'created', 'created'], 'rows of all that has a price');
select is_empty($$select h.no, h.content, pg_temp.shown(h.known_at) from history h where pg_temp.shown(h.known_at) is distinct from h.content$$,
    'after each of them what stood is what was known');
select is((select count(distinct content) from history), 5::bigint, 'a late candle moved nothing, the others did');
select is(pg_temp.shown('2001-01-01'), null, 'before the first of them nothing was');
select is((select pg_temp.shown(h.known_at - interval '1 microsecond') from history h where no = 3), (select content from history where no = 2), 'a moment before, what had stood before');
select is((select count(*) from market.fn_latest_prices_as_of(now() + interval '1 hour')), 1::bigint, 'of all instruments, those that have a price');
select throws_ok($$select market.fn_latest_prices_as_of(null)$$, 'TB001', null, 'a moment is named');

select * from finish();
rollback;
