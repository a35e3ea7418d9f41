-- From open_cost and not from the average price: the average is rounded, the cost is not.
create or replace function trading._position_unrealized(
    p_kind text, p_multiplier numeric, p_signed_qty numeric, p_open_cost numeric, p_mark numeric)
returns numeric
language sql immutable parallel safe
return trim_scale(p_multiplier * case
    when p_signed_qty = 0 then 0
    when p_kind = 'inverse' then p_open_cost - util.div18(p_signed_qty, p_mark)
    else p_signed_qty * p_mark - p_open_cost
end);

comment on function trading._position_unrealized(text, numeric, numeric, numeric, numeric) is
    'Profit and loss of what is open at a mark, in the currency of the position; null without a mark, unless flat.';
