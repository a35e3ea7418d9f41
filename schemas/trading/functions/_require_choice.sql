-- daybook mirror: function trading._require_choice(p_name text, p_value text, p_choices text[])

CREATE OR REPLACE FUNCTION trading._require_choice(p_name text, p_value text, p_choices text[])
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_value = any (p_choices) then
        return p_value;
    end if;

    raise exception 'argument % is %, which is not one of its values', p_name, coalesce(quote_literal(left(p_value, 40)), 'null')
        using errcode = 'TB001',
              hint = format('Pass one of %s, in lower case.', array_to_string(p_choices, ', '));
end
$function$;

alter function trading._require_choice(p_name text, p_value text, p_choices text[]) owner to daybook_api;

comment on function trading._require_choice(p_name text, p_value text, p_choices text[]) is 'The value itself if it is one of the choices, else TB001 naming the argument.';

revoke execute on function trading._require_choice(p_name text, p_value text, p_choices text[]) from public;
grant execute on function trading._require_choice(p_name text, p_value text, p_choices text[]) to daybook_owner;
