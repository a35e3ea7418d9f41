create or replace function trading._fee_kind_of(p_position trading.positions, p_fee numeric, p_fee_currency text, p_fee_rate numeric)
returns text
language sql immutable parallel safe
return trading._fee_kind((p_position).kind, (p_position).base_currency, (p_position).currency, p_fee,
                         coalesce(p_fee_currency, (p_position).currency), p_fee_rate);

comment on function trading._fee_kind_of(trading.positions, numeric, text, numeric) is
    'trading._fee_kind() of a fee of this position; without a currency it is in that of the position.';
