-- daybook mirror: function trading._require_positive(p_name text, p_value numeric, p_required boolean)

CREATE OR REPLACE FUNCTION trading._require_positive(p_name text, p_value numeric, p_required boolean DEFAULT true)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_value constant numeric := util.require_amount(p_name, p_value, p_required);
begin
    if v_value <= 0 then
        raise exception 'argument % is %, which is not positive', p_name, v_value
            using errcode = 'TB001',
                  hint = 'Pass an amount greater than zero; the direction is said by the side.';
    end if;

    return v_value;
end
$function$;

alter function trading._require_positive(p_name text, p_value numeric, p_required boolean) owner to daybook_api;

comment on function trading._require_positive(p_name text, p_value numeric, p_required boolean) is 'The amount without trailing zeros if it is greater than zero, else TB001 naming the argument. Null passes only when not required.';

revoke execute on function trading._require_positive(p_name text, p_value numeric, p_required boolean) from public;
grant execute on function trading._require_positive(p_name text, p_value numeric, p_required boolean) to daybook_owner;
