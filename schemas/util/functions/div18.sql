-- daybook mirror: function util.div18(p_numerator numeric, p_denominator numeric)

CREATE OR REPLACE FUNCTION util.div18(p_numerator numeric, p_denominator numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN trim_scale(round((div((p_numerator * '10000000000000000000'::numeric), p_denominator) * 0.0000000000000000001), 18));

alter function util.div18(p_numerator numeric, p_denominator numeric) owner to daybook_api;

comment on function util.div18(p_numerator numeric, p_denominator numeric) is 'The quotient rounded half away from zero to 18 decimals, without trailing zeros. The only division in the book.';

revoke execute on function util.div18(p_numerator numeric, p_denominator numeric) from public;
grant execute on function util.div18(p_numerator numeric, p_denominator numeric) to daybook_backup;
grant execute on function util.div18(p_numerator numeric, p_denominator numeric) to daybook_console;
grant execute on function util.div18(p_numerator numeric, p_denominator numeric) to daybook_lab_reader;
grant execute on function util.div18(p_numerator numeric, p_denominator numeric) to daybook_owner;
grant execute on function util.div18(p_numerator numeric, p_denominator numeric) to daybook_risk;
