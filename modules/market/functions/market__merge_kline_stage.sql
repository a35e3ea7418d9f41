create or replace function market._merge_kline_stage(p_batch_id uuid)
returns table (
    staged     bigint,
    inserted   bigint,
    duplicate  bigint,
    superseded bigint,
    first_time timestamptz,
    last_time  timestamptz)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
-- The sizes of the stage and of the range decide each plan, so none is kept.
set plan_cache_mode = force_custom_plan
set work_mem = '64MB'
set jit = off
as $$
#variable_conflict use_column
declare
    v_batch     ingest.batches;
    v_strangers bigint;
    v_moments   bigint;
    v_lost      bigint := 0;
    v_lost_kept bigint := 0;
    v_new       bigint;
    v_differing bigint := 0;
    v_done      bigint;
begin
    perform market._analyze_kline_stage();
    select b.* into strict v_batch from ingest.batches b where b.batch_id = p_batch_id;

    select count(*), min(s.open_time), max(s.open_time), count(distinct s.open_time),
           count(*) filter (where s.instrument_id <> v_batch.instrument_id or s.interval_s <> v_batch.interval_s
                               or s.batch_id <> p_batch_id)
      into staged, first_time, last_time, v_moments, v_strangers
      from pg_temp.kline_stage s;
    if v_strangers > 0 or first_time < v_batch.first_time or last_time > v_batch.last_time
       or (staged > 0 and v_batch.first_time is null)
    then
        raise exception 'the stage holds rows that batch % did not announce: % of another series or batch, times % .. %',
                p_batch_id, v_strangers, first_time, last_time
            using errcode = 'TB004',
                  hint = 'Every row carries its batch, instrument and interval and lies between p_first and p_last.';
    end if;

    -- Inside the file the last line of a moment wins. The others leave the stage;
    -- those that said something else are kept.
    if v_moments < staged then
        if exists (select from pg_temp.kline_stage s group by s.open_time, s.line having count(*) > 1) then
            raise exception 'rows of batch % share both their line and their open time', p_batch_id
                using errcode = 'TB004', hint = 'Number the rows by their line in the file.';
        end if;
        with ranked as (
            select s.ctid as tid, first_value(s.ctid) over (partition by s.open_time order by s.line desc) as winner
              from pg_temp.kline_stage s
        ), gone as (
            delete from pg_temp.kline_stage s
             using ranked r
             where s.ctid = r.tid and r.tid <> r.winner
            returning s.*, r.winner
        ), kept as (
            insert into market.klines_superseded
                (instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count,
                 taker_buy_volume, taker_buy_quote_volume, batch_id, superseded_by, line)
              select g.instrument_id, g.interval_s, g.open_time, g.open, g.high, g.low, g.close, g.volume, g.quote_volume,
                     g.trade_count, g.taker_buy_volume, g.taker_buy_quote_volume, g.batch_id, p_batch_id, g.line
                from gone g
                join pg_temp.kline_stage w on w.ctid = g.winner
               where (g.open, g.high, g.low, g.close, g.volume, g.quote_volume, g.trade_count,
                      g.taker_buy_volume, g.taker_buy_quote_volume)
                     is distinct from
                     (w.open, w.high, w.low, w.close, w.volume, w.quote_volume, w.trade_count,
                      w.taker_buy_volume, w.taker_buy_quote_volume)
            returning 1
        )
        select (select count(*) from gone), (select count(*) from kept) into v_lost, v_lost_kept;
    end if;

    -- One pass says what there is to write. Replaying a file whole ends here, without a write.
    select count(*) filter (where k.batch_id is null),
           count(*) filter (where k.batch_id is not null
                              and (k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                                   k.taker_buy_volume, k.taker_buy_quote_volume)
                                  is distinct from
                                  (s.open, s.high, s.low, s.close, s.volume, s.quote_volume, s.trade_count,
                                   s.taker_buy_volume, s.taker_buy_quote_volume))
      into v_new, v_differing
      from pg_temp.kline_stage s
      left join market.klines k
        on k.instrument_id = v_batch.instrument_id
       and k.interval_s = v_batch.interval_s
       and k.open_time = s.open_time
       and k.open_time between first_time and last_time;

    if v_differing > 0 then
        insert into market.klines_superseded
            (instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count,
             taker_buy_volume, taker_buy_quote_volume, batch_id, superseded_by)
          select k.instrument_id, k.interval_s, k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume,
                 k.trade_count, k.taker_buy_volume, k.taker_buy_quote_volume, k.batch_id, p_batch_id
            from pg_temp.kline_stage s
            join market.klines k
              on k.instrument_id = v_batch.instrument_id
             and k.interval_s = v_batch.interval_s
             and k.open_time = s.open_time
             and k.open_time between first_time and last_time
           where (k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                  k.taker_buy_volume, k.taker_buy_quote_volume)
                 is distinct from
                 (s.open, s.high, s.low, s.close, s.volume, s.quote_volume, s.trade_count,
                  s.taker_buy_volume, s.taker_buy_quote_volume);
        update market.klines k
           set open = s.open, high = s.high, low = s.low, close = s.close, volume = s.volume,
               quote_volume = s.quote_volume, trade_count = s.trade_count, taker_buy_volume = s.taker_buy_volume,
               taker_buy_quote_volume = s.taker_buy_quote_volume, batch_id = p_batch_id
          from pg_temp.kline_stage s
         where k.instrument_id = v_batch.instrument_id
           and k.interval_s = v_batch.interval_s
           and k.open_time = s.open_time
           and k.open_time between first_time and last_time
           and (k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count,
                k.taker_buy_volume, k.taker_buy_quote_volume)
               is distinct from
               (s.open, s.high, s.low, s.close, s.volume, s.quote_volume, s.trade_count,
                s.taker_buy_volume, s.taker_buy_quote_volume);
        get diagnostics v_done = row_count;
        if v_done <> v_differing then
            raise exception 'batch % replaced % candles where % differed', p_batch_id, v_done, v_differing
                using errcode = 'TB003', hint = 'Candles were changed beside an open batch; only batches may write them.';
        end if;
    end if;

    if v_new > 0 then
        -- In the order of time, so that the table and its index grow at their ends.
        insert into market.klines
            (instrument_id, interval_s, open_time, open, high, low, close, volume, quote_volume, trade_count,
             taker_buy_volume, taker_buy_quote_volume, batch_id)
          select s.instrument_id, s.interval_s, s.open_time, s.open, s.high, s.low, s.close, s.volume, s.quote_volume,
                 s.trade_count, s.taker_buy_volume, s.taker_buy_quote_volume, s.batch_id
            from pg_temp.kline_stage s
           where not exists (
               select
                 from market.klines k
                where k.instrument_id = v_batch.instrument_id
                  and k.interval_s = v_batch.interval_s
                  and k.open_time = s.open_time
                  and k.open_time between first_time and last_time)
           order by s.open_time;
        get diagnostics v_done = row_count;
        if v_done <> v_new then
            raise exception 'batch % inserted % candles where % were missing', p_batch_id, v_done, v_new
                using errcode = 'TB003', hint = 'Candles were changed beside an open batch; only batches may write them.';
        end if;
    end if;

    inserted := v_new;
    superseded := v_differing + v_lost_kept;
    duplicate := staged - inserted - superseded;
    return next;
end
$$;
comment on function market._merge_kline_stage(uuid) is
    'Merges pg_temp.kline_stage into market.klines for an open batch and says what became of each staged row. Writes '
    'only what is new or different; different values win and the old ones go to market.klines_superseded. TB004 when '
    'the stage is not ours or holds rows that the batch did not announce.';
