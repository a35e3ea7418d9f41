-- daybook mirror: function trading._require_ttl(p_ttl interval, p_least interval)

CREATE OR REPLACE FUNCTION trading._require_ttl(p_ttl interval, p_least interval DEFAULT '00:00:01'::interval)
 RETURNS interval
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_ttl between p_least and '1 day' then
        return p_ttl;
    end if;

    raise exception 'argument p_ttl is %', coalesce(p_ttl::text, 'null')
        using errcode = 'TB001', hint = format('Pass how long it shall hold, from %s to one day.', p_least);
end
$function$;

alter function trading._require_ttl(p_ttl interval, p_least interval) owner to daybook_api;

comment on function trading._require_ttl(p_ttl interval, p_least interval) is 'The interval itself if a lease, an intent or a command may hold that long, else TB001.';

revoke execute on function trading._require_ttl(p_ttl interval, p_least interval) from public;
grant execute on function trading._require_ttl(p_ttl interval, p_least interval) to daybook_owner;
