-- Equality bit for bit rests on the order in which doubles are added: rows reach the aggregates sorted by bucket and time, from
-- one process. market.fn_verify_rollups says the same with an ORDER BY inside each aggregate, which older servers run at a
-- multiple of the time.
create or replace function market._roll_up_level(
    p_instrument_id uuid,
    p_interval_s    integer,
    p_source_s      integer,
    p_buckets       tstzmultirange,
    p_delivered     timestamptz,
    p_repairs       tstzmultirange)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- The months that are touched, and which of the two sources is read, are known when a plan is made, so each call has its own.
set plan_cache_mode = force_custom_plan
set max_parallel_workers_per_gather = 0
set enable_hashagg = off
set enable_bitmapscan = off
set enable_hashjoin = on
set enable_mergejoin = on
set enable_material = on
set work_mem = '64MB'
set jit = off
as $$
declare
    c_origin  constant timestamptz := '1970-01-01 00:00:00+00';
    v_step    constant interval := make_interval(secs => p_interval_s);
    v_first   constant timestamptz := lower(p_buckets);
    v_end     constant timestamptz := upper(p_buckets);
    v_minutes constant integer := p_interval_s / 60;
    v_written bigint;
begin
    -- A few buckets here and there are looked up one by one. The planner cannot know how many ranges hold how much, and of months that
    -- were just made it knows nothing: it would lay their rows aside and go through all of them for every bucket.
    if market._rollup_share(p_buckets) < 0.2 then
        perform set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true), set_config('enable_material', 'off', true);
    end if;
    merge into market.klines_rollup as r
    using (
        select b.bucket,
               -- A minute may say -0, which equals 0 and would differ from it in bits.
               b.opens[1] + 0.0 as open, b.high + 0.0 as high, b.low + 0.0 as low, b.closes[b.n] + 0.0 as close,
               b.volume, b.quote_volume, b.trade_count, b.taker_buy_volume, b.taker_buy_quote_volume, b.n_present,
               (b.n_present >= v_minutes or b.bucket + v_step <= p_delivered)
                   and not p_repairs && tstzrange(b.bucket, b.bucket + v_step) as final
          from (select s.bucket, array_agg(s.open) as opens, max(s.high) as high, min(s.low) as low, array_agg(s.close) as closes,
                       count(*) as n, sum(s.volume) as volume,
                       case when count(s.quote_volume) = count(*) then sum(s.quote_volume) end as quote_volume,
                       case when count(s.trade_count) = count(*) then sum(s.trade_count)::bigint end as trade_count,
                       case when count(s.taker_buy_volume) = count(*) then sum(s.taker_buy_volume) end as taker_buy_volume,
                       case when count(s.taker_buy_quote_volume) = count(*) then sum(s.taker_buy_quote_volume) end
                           as taker_buy_quote_volume,
                       sum(s.n_present)::integer as n_present
                  from (select date_bin(v_step, c.open_time, c_origin) as bucket, c.*
                          from unnest(p_buckets) as t(span)
                          cross join lateral (
                              select k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                                     k.taker_buy_volume, k.taker_buy_quote_volume, 1 as n_present
                                from market.klines k
                               where p_source_s = 60 and k.instrument_id = p_instrument_id and k.interval_s = 60
                                 and k.open_time >= v_first and k.open_time < v_end
                                 and k.open_time >= lower(t.span) and k.open_time < upper(t.span)
                              union all
                              select k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                                     k.taker_buy_volume, k.taker_buy_quote_volume, k.n_present
                                from market.klines_rollup k
                               where p_source_s > 60 and k.instrument_id = p_instrument_id and k.interval_s = p_source_s
                                 and k.open_time >= v_first and k.open_time < v_end
                                 and k.open_time >= lower(t.span) and k.open_time < upper(t.span)) c
                         order by bucket, c.open_time) s
                 group by s.bucket) b) f
       on r.instrument_id = p_instrument_id and r.interval_s = p_interval_s and r.open_time = f.bucket
          and r.open_time >= v_first and r.open_time < v_end
    when not matched then
        insert (instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count,
                taker_buy_volume, taker_buy_quote_volume, n_present, final)
        values (p_instrument_id, p_interval_s, f.bucket, f.open, f.high, f.low, f.close, f.volume, f.quote_volume, f.trade_count,
                f.taker_buy_volume, f.taker_buy_quote_volume, f.n_present, f.final)
    when matched and (r.open, r.high, r.low, r.close, r.volume, r.quote_volume, r.trade_count, r.taker_buy_volume,
                      r.taker_buy_quote_volume, r.n_present, r.final)
                     is distinct from
                     (f.open, f.high, f.low, f.close, f.volume, f.quote_volume, f.trade_count, f.taker_buy_volume,
                      f.taker_buy_quote_volume, f.n_present, f.final)
    then
        update set open = f.open, high = f.high, low = f.low, close = f.close, volume = f.volume,
                   quote_volume = f.quote_volume, trade_count = f.trade_count, taker_buy_volume = f.taker_buy_volume,
                   taker_buy_quote_volume = f.taker_buy_quote_volume, n_present = f.n_present, final = f.final;
    get diagnostics v_written = row_count;
    return v_written;
end
$$;
comment on function market._roll_up_level(uuid, integer, integer, tstzmultirange, timestamptz, tstzmultirange) is
    'Makes the buckets of one length from the level below (60: the minutes) and writes those that are new or differ; says how '
    'many. p_buckets are whole buckets, p_delivered is how far any source has delivered the minutes, p_repairs what is being '
    'repaired.';
