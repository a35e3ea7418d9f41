-- What a bucket is, said by itself: each level of the one below, with the order of time inside every aggregate. It shares no
-- statement with market.fn_roll_up. Rows of a level are kept in an array, so days are few.
create or replace function market._verify_rollup_days(
    p_instrument_id uuid,
    p_days          tstzrange)
returns table (
    interval_s  integer,
    buckets     bigint,
    missing     bigint,
    extra       bigint,
    different   bigint,
    pending     bigint,
    first_wrong timestamptz)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
#variable_conflict use_column
declare
    c_origin    constant timestamptz := '1970-01-01 00:00:00+00';
    v_from      constant timestamptz := lower(p_days);
    v_end       constant timestamptz := upper(p_days);
    v_delivered constant timestamptz := (
        select coalesce(max(c.last_open_time), '-infinity')
          from ingest.klines_cursor c
         where c.instrument_id = p_instrument_id and c.interval_s = 60);
    v_marked    constant tstzmultirange := coalesce(
        (select range_agg(d.spans) from market.rollup_dirty d where d.instrument_id = p_instrument_id), '{}')
        + market._rollup_open_end(p_instrument_id, v_delivered);
    v_repairs   constant tstzmultirange := market._open_repairs(p_instrument_id);
    v_below     market.klines_rollup[];
    v_here      market.klines_rollup[];
    v_step      interval;
begin
    v_below := array(
        select row (k.instrument_id, k.interval_s, k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume,
                    k.trade_count, k.taker_buy_volume, k.taker_buy_quote_volume, 1, true)::market.klines_rollup
          from market.klines k
         where k.instrument_id = p_instrument_id and k.interval_s = 60 and k.open_time >= v_from and k.open_time < v_end);
    foreach interval_s in array '{300, 900, 3600, 14400, 86400}'::integer[] loop
        v_step := make_interval(secs => interval_s);
        v_here := array(
            select row (p_instrument_id, _verify_rollup_days.interval_s, m.bucket,
                        (array_agg(m.open order by m.open_time))[1] + 0.0, max(m.high) + 0.0, min(m.low) + 0.0,
                        (array_agg(m.close order by m.open_time desc))[1] + 0.0, sum(m.volume order by m.open_time),
                        case when bool_and(m.quote_volume is not null) then sum(m.quote_volume order by m.open_time) end,
                        case when bool_and(m.trade_count is not null) then sum(m.trade_count)::bigint end,
                        case when bool_and(m.taker_buy_volume is not null) then sum(m.taker_buy_volume order by m.open_time) end,
                        case when bool_and(m.taker_buy_quote_volume is not null)
                             then sum(m.taker_buy_quote_volume order by m.open_time) end,
                        sum(m.n_present)::integer,
                        (sum(m.n_present) >= _verify_rollup_days.interval_s / 60 or m.bucket + v_step <= v_delivered)
                            and not v_repairs && tstzrange(m.bucket, m.bucket + v_step)
                       )::market.klines_rollup
              from (select date_bin(v_step, b.open_time, c_origin) as bucket, b.* from unnest(v_below) as b) m
             group by m.bucket);
        -- The rows are compared as images: whatever differs in a bit is different.
        return query
            select _verify_rollup_days.interval_s, count(*), count(*) filter (where not c.marked and not c.stands),
                   count(*) filter (where not c.marked and not c.made),
                   count(*) filter (where not c.marked and c.stands and c.made and not c.alike),
                   count(*) filter (where c.marked),
                   min(c.open_time) filter (where not c.marked and not (c.stands and c.made and c.alike))
              from (select coalesce(h.open_time, r.open_time) as open_time, r.open_time is not null as stands,
                           h.open_time is not null as made, r.image *= h.image as alike,
                           v_marked && tstzrange(coalesce(h.open_time, r.open_time), coalesce(h.open_time, r.open_time) + v_step)
                               as marked
                      from (select s.open_time, s as image from unnest(v_here) as s) h
                      full join (select s.open_time, s as image
                                   from market.klines_rollup s
                                  where s.instrument_id = p_instrument_id and s.interval_s = _verify_rollup_days.interval_s
                                    and s.open_time >= v_from and s.open_time < v_end) r on r.open_time = h.open_time) c;
        v_below := v_here;
    end loop;
end
$$;
comment on function market._verify_rollup_days(uuid, tstzrange) is
    'What market.fn_verify_rollups answers, of the whole days p_days.';
