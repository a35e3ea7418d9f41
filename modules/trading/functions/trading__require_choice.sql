create or replace function trading._require_choice(p_name text, p_value text, p_choices text[]) returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_value = any (p_choices) then
        return p_value;
    end if;

    raise exception 'argument % is %, which is not one of its values', p_name, coalesce(quote_literal(left(p_value, 40)), 'null')
        using errcode = 'TB001',
              hint = format('Pass one of %s, in lower case.', array_to_string(p_choices, ', '));
end
$$;

comment on function trading._require_choice(text, text, text[]) is 'The value itself if it is one of the choices, else TB001 naming the argument.';
