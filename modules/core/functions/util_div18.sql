-- Numeric division picks a scale of its own, so it is not used. div() is exact: the truncated integer quotient of
-- 2|n|*10^18 + |d| by 2|d| is |n/d| with 18 decimals, the half rounded up; the sign comes back at the end.
create or replace function util.div18(p_numerator numeric, p_denominator numeric) returns numeric
language sql immutable strict parallel safe
return trim_scale(
    sign(p_numerator) * sign(p_denominator)
    * div(abs(p_numerator) * 2000000000000000000 + abs(p_denominator), 2 * abs(p_denominator))
    * 0.000000000000000001);

comment on function util.div18(numeric, numeric) is
    'The quotient rounded half away from zero to 18 decimals, without trailing zeros. The only division in the book.';
