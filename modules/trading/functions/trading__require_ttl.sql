create or replace function trading._require_ttl(p_ttl interval) returns interval
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_ttl between '1 second' and '1 day' then
        return p_ttl;
    end if;

    raise exception 'argument p_ttl is %', coalesce(p_ttl::text, 'null')
        using errcode = 'TB001', hint = 'Pass how long the lease shall hold, from one second to one day.';
end
$$;

comment on function trading._require_ttl(interval) is 'The interval itself if a lease may hold that long, else TB001.';
