-- The list of pairs in the form of Binance's. It does not say when it was made, and calls two currencies by names of its own.
select outcome
  from market.fn_record_exchange_info(
           p_statement_id => $1, p_venue => $2, p_kind => $3,
           p_info => (
               select jsonb_build_object(
                          'serverTime', $5::bigint,
                          'symbols', jsonb_agg(jsonb_build_object(
                              'symbol', p.pair ->> 'altname', 'status', p.pair ->> 'status',
                              'baseAsset', case n.base when 'XBT' then 'BTC' when 'XDG' then 'DOGE' else n.base end,
                              'quoteAsset', case n.quote when 'XBT' then 'BTC' when 'XDG' then 'DOGE' else n.quote end,
                              'filters', jsonb_build_array(
                                  jsonb_build_object('filterType', 'PRICE_FILTER', 'tickSize', p.pair ->> 'tick_size'),
                                  jsonb_build_object('filterType', 'LOT_SIZE', 'stepSize', 10::numeric ^ -(p.pair ->> 'lot_decimals')::integer),
                                  jsonb_build_object('filterType', 'NOTIONAL', 'minNotional', p.pair ->> 'costmin')))))
                 from jsonb_each($4::jsonb -> 'result') as p(name, pair)
                cross join lateral (
                    select split_part(p.pair ->> 'wsname', '/', 1) as base, split_part(p.pair ->> 'wsname', '/', 2) as quote) as n));
