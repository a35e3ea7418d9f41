create or replace function util.require_id(p_name text, p_value uuid) returns uuid
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_value is null then
        raise exception 'argument % is null, but it is the identity of the request', p_name
            using errcode = 'TB001',
                  hint = 'Choose a uuid before the first attempt and pass the same one with every repetition.';
    end if;

    return p_value;
end
$$;

comment on function util.require_id(text, uuid) is 'The uuid itself if it is not null, else TB001 naming the argument.';
