-- The list as Binance answers: exchangeInfo of its spot market (/api), of contracts margined in a stablecoin (/fapi) and in the coin
-- (/dapi), or as a poller puts the lists of other venues. Numbers stay the text they are until they are amounts. A market in which some
-- orders are refused is one all the same.
create or replace function market._exchange_info(p_kind text, p_info jsonb)
returns table (
    symbol text, base text, quote text, settle text, status text, trading boolean, tick_size numeric, lot_size numeric, min_notional numeric,
    multiplier numeric, listed_at timestamptz, ends_at timestamptz)
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select s.symbol, s.base, s.quote, case p_kind when 'spot' then s.quote else coalesce(s.margin, s.quote) end, s.status, s.status in ('TRADING', 'online', 'limit_only', 'reduce_only'),
           trim_scale(nullif(f.tick_size, 0)), trim_scale(nullif(f.lot_size, 0)), trim_scale(nullif(f.min_notional, 0)), trim_scale(s.multiplier),
           'epoch'::timestamptz + s.onboard_ms * interval '1 millisecond',
           -- A contract without an end has one in the year 2100.
           case when s.delivery_ms < 4000000000000 then 'epoch'::timestamptz + s.delivery_ms * interval '1 millisecond' end
      from (select e ->> 'symbol' as symbol, e ->> 'baseAsset' as base, e ->> 'quoteAsset' as quote, e ->> 'marginAsset' as margin,
                   coalesce(e ->> 'status', e ->> 'contractStatus') as status, (e ->> 'contractSize')::numeric as multiplier,
                   (e ->> 'onboardDate')::numeric as onboard_ms, (e ->> 'deliveryDate')::numeric as delivery_ms, e -> 'filters' as filters,
                   e ->> 'contractType' as contract
              from jsonb_array_elements(p_info -> 'symbols') as e) s
     cross join lateral (
         select max((x ->> 'tickSize')::numeric) filter (where x ->> 'filterType' = 'PRICE_FILTER') as tick_size,
                max((x ->> 'stepSize')::numeric) filter (where x ->> 'filterType' = 'LOT_SIZE') as lot_size,
                max(coalesce(x ->> 'minNotional', x ->> 'notional')::numeric)
                    filter (where x ->> 'filterType' in ('NOTIONAL', 'MIN_NOTIONAL')) as min_notional
           from jsonb_array_elements(s.filters) as x) f
     where s.status is not null
       and (p_kind = 'spot') = (s.contract is null)
       -- While it is being delivered, a perpetual contract is one.
       and coalesce(s.contract, 'PERPETUAL') in ('PERPETUAL', 'PERPETUAL DELIVERING')
       and (p_kind <> 'inverse' or s.margin = s.base) and (p_kind <> 'perp' or s.margin <> s.base)
       and s.symbol ~ '^[^[:space:][:cntrl:]]{1,100}$'
       and s.base ~ '^[A-Z0-9][A-Z0-9._-]{0,29}$' and s.quote ~ '^[A-Z0-9][A-Z0-9._-]{0,29}$'
       and coalesce(s.margin, s.quote) ~ '^[A-Z0-9][A-Z0-9._-]{0,29}$'
$$;
comment on function market._exchange_info(text, jsonb) is
    'The instruments of a kind in a list of Binance (exchangeInfo): what is no instrument of that kind, such as contracts that expire, is left out.';
