-- In expressions of its own and not by util.uuid_v7_time(): one id is the common case, and this is a good part of what entering a job takes.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._ended_since(p_job_ids uuid[], p_now timestamptz) returns timestamptz
language plpgsql immutable
as $$
declare
    v_lowest text := p_job_ids[1];
    v_made_at timestamptz;
begin
    if cardinality(p_job_ids) > 1 then
        select case when bool_and(substr(i.id, 15, 1) = '7') then min(i.id collate "C") end into v_lowest from unnest(p_job_ids::text[]) as i (id);
    end if;
    if substr(v_lowest, 15, 1) = '7' then
        v_made_at := to_timestamp(('x' || substr(v_lowest, 1, 8) || substr(v_lowest, 10, 4))::bit(48)::bigint / 1000.0::double precision);
        if v_made_at <= p_now + interval '1 day' then
            return least(v_made_at, p_now) - interval '1 day';
        end if;
    end if;
    return '-infinity';
end
$$;

comment on function jobs._ended_since(uuid[], timestamptz) is
    'The moment before which none of these jobs can have ended: a day before the first of them was made, as ids of version 7 tell, for clocks differ; -infinity when one of them tells nothing.';
