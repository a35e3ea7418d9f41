-- daybook mirror: function trading._require_ttl(p_ttl interval)

CREATE OR REPLACE FUNCTION trading._require_ttl(p_ttl interval)
 RETURNS interval
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_ttl between '1 second' and '1 day' then
        return p_ttl;
    end if;

    raise exception 'argument p_ttl is %', coalesce(p_ttl::text, 'null')
        using errcode = 'TB001', hint = 'Pass how long the lease shall hold, from one second to one day.';
end
$function$;

alter function trading._require_ttl(p_ttl interval) owner to daybook_api;

comment on function trading._require_ttl(p_ttl interval) is 'The interval itself if a lease may hold that long, else TB001.';

revoke execute on function trading._require_ttl(p_ttl interval) from public;
grant execute on function trading._require_ttl(p_ttl interval) to daybook_owner;
