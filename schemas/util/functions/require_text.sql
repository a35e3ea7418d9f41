-- daybook mirror: function util.require_text(p_name text, p_value text, p_chars_max integer, p_required boolean)

CREATE OR REPLACE FUNCTION util.require_text(p_name text, p_value text, p_chars_max integer DEFAULT 200, p_required boolean DEFAULT true)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_value ~ '[^[:space:]]' and length(p_value) <= p_chars_max then
        return p_value;
    end if;

    if p_value is null and not p_required then
        return null;
    end if;

    raise exception 'argument % is %, which is not a usable text', p_name, coalesce(quote_literal(left(p_value, 40)), 'null')
        using errcode = 'TB001',
              hint = format('Pass between 1 and %s characters that are not all blank.', p_chars_max);
end
$function$;

alter function util.require_text(p_name text, p_value text, p_chars_max integer, p_required boolean) owner to daybook_api;

comment on function util.require_text(p_name text, p_value text, p_chars_max integer, p_required boolean) is 'The text itself if it is not blank and not too long, else TB001 naming the argument. Null passes only when not required.';

revoke execute on function util.require_text(p_name text, p_value text, p_chars_max integer, p_required boolean) from public;
grant execute on function util.require_text(p_name text, p_value text, p_chars_max integer, p_required boolean) to daybook_owner;
