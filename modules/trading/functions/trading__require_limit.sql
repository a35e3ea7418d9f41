create or replace function trading._require_limit(p_limit integer) returns void
language plpgsql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_limit is null or p_limit < 1 then
        raise exception 'argument p_limit is %', coalesce(p_limit::text, 'null')
            using errcode = 'TB001', hint = 'Pass the greatest number of rows to return.';
    end if;
end
$$;

comment on function trading._require_limit(integer) is 'TB001 unless the limit is a positive number.';
