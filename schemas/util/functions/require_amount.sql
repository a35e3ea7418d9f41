-- daybook mirror: function util.require_amount(p_name text, p_value numeric, p_required boolean)

CREATE OR REPLACE FUNCTION util.require_amount(p_name text, p_value numeric, p_required boolean DEFAULT true)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    -- The only test that a good value pays for. NaN and the infinities fail it, null makes it unknown.
    if abs(p_value) < 100000000000000000000 and min_scale(p_value) <= 18 then
        return trim_scale(p_value);
    end if;

    if p_value is null and not p_required then
        return null;
    end if;

    raise exception 'argument % is %, which is not an amount', p_name, coalesce(p_value::text, 'null')
        using errcode = 'TB001',
              hint = 'Pass a finite decimal number with at most 20 integer digits and 18 decimals.';
end
$function$;

alter function util.require_amount(p_name text, p_value numeric, p_required boolean) owner to daybook_api;

comment on function util.require_amount(p_name text, p_value numeric, p_required boolean) is 'The value without trailing zeros if it is an amount (util.amount), else TB001 naming the argument. Null passes only when not required.';

revoke execute on function util.require_amount(p_name text, p_value numeric, p_required boolean) from public;
grant execute on function util.require_amount(p_name text, p_value numeric, p_required boolean) to daybook_owner;
