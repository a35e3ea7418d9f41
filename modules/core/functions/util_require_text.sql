create or replace function util.require_text(p_name text, p_value text, p_chars_max integer default 200, p_required boolean default true)
returns text
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function util.require_text(text, text, integer, boolean) is
    'The text itself if it is not blank and not too long, else TB001 naming the argument. Null passes only when not '
    'required.';
