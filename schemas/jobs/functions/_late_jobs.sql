-- daybook mirror: function jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer)

CREATE OR REPLACE FUNCTION jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer)
 RETURNS tid[]
 LANGUAGE plpgsql
AS $function$
begin
    return (select array_agg(r.ctid)
              from (select f.ctid
                      from generate_series(22, cardinality(p_floors), 2) as g (i)
                     cross join lateral (select j.ctid, j.place
                                           from jobs.jobs as j
                                          where j.xid = p_floors[g.i]::text::xid8 and j.queue = p_queue and j.priority = p_priority
                                            and j.place >= p_floors[g.i + 1] and j.place < p_floors[p_priority + 1] and j.token is null
                                          order by j.place
                                          limit p_limit
                                            for no key update skip locked) as f
                     where p_floors[g.i + 1] > 0
                     order by f.place
                     limit p_limit) as r);
end
$function$;

alter function jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer) owner to daybook_api;

comment on function jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer) is 'Locks the next jobs below the floor that came from transactions that were late and have ended, at most so many.';

revoke execute on function jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer) from public;
grant execute on function jobs._late_jobs(p_queue text, p_priority integer, p_floors bigint[], p_limit integer) to daybook_owner;
