create or replace function trading._avg_price(p_kind text, p_qty numeric, p_value numeric) returns numeric
language sql immutable parallel safe
return case
    when p_qty = 0 or p_value = 0 then 0
    when p_kind = 'inverse' then util.div18(p_qty, p_value)
    else util.div18(p_value, p_qty)
end;

comment on function trading._avg_price(text, numeric, numeric) is
    'The average price at which a quantity has that value: quantity times price, or divided by it for an inverse contract.';
