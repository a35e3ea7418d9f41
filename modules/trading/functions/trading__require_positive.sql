create or replace function trading._require_positive(p_name text, p_value numeric, p_required boolean default true) returns numeric
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading._require_positive(text, numeric, boolean) is
    'The amount without trailing zeros if it is greater than zero, else TB001 naming the argument. Null passes only when not required.';
