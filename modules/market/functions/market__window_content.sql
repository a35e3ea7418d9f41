-- Settings that change how numbers read are fixed, so that one content has one text everywhere.
create or replace function market._window_content(
    p_instrument_id uuid, p_interval_s integer, p_from timestamptz, p_to timestamptz, p_known_at timestamptz, p_least bigint)
returns table (present bigint, content text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set datestyle = 'ISO, YMD'
set extra_float_digits = 1
as $$
begin
    if p_known_at is null then
        -- Most of what is too short is found out without a look at what it says.
        select count(*) into present
          from market.klines k
         where k.instrument_id = p_instrument_id and k.interval_s = p_interval_s and k.open_time >= p_from and k.open_time < p_to;
        if present < p_least then
            return next;
            return;
        end if;
        return query
            select count(*), encode(sha256(convert_to(coalesce(string_agg(
                       row(k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count, k.taker_buy_volume,
                           k.taker_buy_quote_volume)::text, E'\n' order by k.open_time), ''), 'UTF8')), 'hex')
              from market.klines k
             where k.instrument_id = p_instrument_id and k.interval_s = p_interval_s and k.open_time >= p_from and k.open_time < p_to;
    else
        return query
            select count(*), case when count(*) >= p_least then encode(sha256(convert_to(coalesce(string_agg(
                       row(k.open_time, k.open, k.high, k.low, k.close, k.volume, k.quote_volume, k.trade_count, k.taker_buy_volume,
                           k.taker_buy_quote_volume)::text, E'\n' order by k.open_time), ''), 'UTF8')), 'hex') end
              from market.fn_klines_as_of(p_instrument_id, p_interval_s, p_from, p_to, p_known_at) k;
    end if;
end
$$;
comment on function market._window_content(uuid, integer, timestamptz, timestamptz, timestamptz, bigint) is
    'Number of candles in a window, and one SHA-256 over their canonical text in the order of time; as known at p_known_at, or '
    'now. Below p_least candles there is no hash.';
