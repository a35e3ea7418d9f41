-- The newest row of the batch is looked up by its key, in one partition, and nothing is written unless it is newer than what stands:
-- the cost is the same whatever the batch and the table hold.
create or replace function market._note_latest(p_batch_id uuid)
returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- A plan for the one time that is asked for opens one partition, a plan for any time all of them.
set plan_cache_mode = force_custom_plan
as $$
declare
    v_batch ingest.batches;
    v_price double precision;
    v_time  timestamptz;
    v_id    bigint;
    v_quote market.ticker_ticks;
begin
    select b.* into strict v_batch from ingest.batches as b where b.batch_id = p_batch_id;
    v_time := v_batch.last_time;
    case v_batch.stream
        when 'trades' then
            select t.price, t.trade_id into v_price, v_id
              from market.trades as t
             where t.instrument_id = v_batch.instrument_id and t.trade_time = v_time
             order by t.trade_id desc
             limit 1;
        when 'agg_trades' then
            select t.price, t.agg_trade_id into v_price, v_id
              from market.agg_trades as t
             where t.instrument_id = v_batch.instrument_id and t.trade_time = v_time
             order by t.agg_trade_id desc
             limit 1;
        when 'klines' then
            select k.close, v_batch.interval_s into v_price, v_id
              from market.klines as k
             where k.instrument_id = v_batch.instrument_id and k.interval_s = v_batch.interval_s and k.open_time = v_time;
            v_time := v_time + make_interval(secs => v_batch.interval_s);
        when 'book_tickers' then
            select q.* into v_quote
              from market.ticker_ticks as q
             where q.instrument_id = v_batch.instrument_id and q.event_time = v_time
             order by q.update_id desc
             limit 1;
        else
            return;
    end case;

    -- What is not over yet is no price. A clock that is ahead of ours by less than a minute is believed.
    if not found or v_time > clock_timestamp() + interval '1 minute' then
        return;
    elsif v_batch.stream = 'book_tickers' then
        perform market._move_quote(v_quote);
    else
        perform market._move_price(v_batch.instrument_id, v_price, v_time, v_batch.stream, v_id);
    end if;
end
$$;
comment on function market._note_latest(uuid) is
    'Moves market.ticker_latest on to the newest row of a loaded batch of trades, agg_trades, klines or book_tickers, if that is newer than '
    'what stands there, or is the same row with other values. Other streams change nothing. The time of a candle''s close is its end.';
