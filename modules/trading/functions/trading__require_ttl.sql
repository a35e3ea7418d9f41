create or replace function trading._require_ttl(p_ttl interval, p_least interval default '1 second') returns interval
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_ttl between p_least and '1 day' then
        return p_ttl;
    end if;

    raise exception 'argument p_ttl is %', coalesce(p_ttl::text, 'null')
        using errcode = 'TB001', hint = format('Pass how long it shall hold, from %s to one day.', p_least);
end
$$;

comment on function trading._require_ttl(interval, interval) is 'The interval itself if a lease, an intent or a command may hold that long, else TB001.';
