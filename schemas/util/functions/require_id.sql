-- daybook mirror: function util.require_id(p_name text, p_value uuid)

CREATE OR REPLACE FUNCTION util.require_id(p_name text, p_value uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_value is null then
        raise exception 'argument % is null, but it is the identity of the request', p_name
            using errcode = 'TB001',
                  hint = 'Choose a uuid before the first attempt and pass the same one with every repetition.';
    end if;

    return p_value;
end
$function$;

alter function util.require_id(p_name text, p_value uuid) owner to daybook_api;

comment on function util.require_id(p_name text, p_value uuid) is 'The uuid itself if it is not null, else TB001 naming the argument.';

revoke execute on function util.require_id(p_name text, p_value uuid) from public;
grant execute on function util.require_id(p_name text, p_value uuid) to daybook_owner;
