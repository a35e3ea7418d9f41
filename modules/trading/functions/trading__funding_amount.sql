-- Source: the venues' own statements of funding, as in LEAN's BinanceFutureMarginInterestRateModel: notional at the mark times
-- the rate, paid by longs when the rate is positive. An inverse contract's notional is in its base currency.
create or replace function trading._funding_amount(
    p_kind text, p_multiplier numeric, p_signed_qty numeric, p_mark numeric, p_rate numeric)
returns numeric
language sql immutable parallel safe
return trim_scale(round(
    -p_multiplier * p_rate * case when p_kind = 'inverse' then util.div18(p_signed_qty, p_mark) else p_signed_qty * p_mark end,
    18));

comment on function trading._funding_amount(text, numeric, numeric, numeric, numeric) is
    'What a position receives (negative: pays) for one funding interval, in its currency, rounded half away from zero to 18 decimals.';
