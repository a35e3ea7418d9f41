-- daybook mirror: function trading._require_limit(p_limit integer)

CREATE OR REPLACE FUNCTION trading._require_limit(p_limit integer)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_limit is null or p_limit < 1 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass the greatest number of rows to return.';
    end if;
end
$function$;

alter function trading._require_limit(p_limit integer) owner to daybook_api;

comment on function trading._require_limit(p_limit integer) is 'TB001 unless the limit is a positive number.';

revoke execute on function trading._require_limit(p_limit integer) from public;
grant execute on function trading._require_limit(p_limit integer) to daybook_owner;
