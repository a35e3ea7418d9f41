-- Numeric division picks a scale of its own, so it is not used. div() is exact: it gives the quotient truncated to 19 decimals, and whether the 18th is
-- rounded up is for the 19th alone to say.
create or replace function util.div18(p_numerator numeric, p_denominator numeric) returns numeric
language sql immutable strict parallel safe
return trim_scale(round(div(p_numerator * 10000000000000000000, p_denominator) * 0.0000000000000000001, 18));

comment on function util.div18(numeric, numeric) is
    'The quotient rounded half away from zero to 18 decimals, without trailing zeros. The only division in the book.';
