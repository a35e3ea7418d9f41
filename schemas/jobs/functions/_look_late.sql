-- daybook mirror: function jobs._look_late(p_queue text, p_floors bigint[])

CREATE OR REPLACE FUNCTION jobs._look_late(p_queue text, p_floors bigint[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
    v_floors bigint[];
begin
    -- One statement, hence one snapshot: of a transaction that has ended in it all rows are seen.
    select p_floors[1:21] || array_agg(p.value order by l.i, p.idx)
      into v_floors
      from (select g.i, p_floors[g.i] as xid,
                   case when pg_visible_in_snapshot(p_floors[g.i]::text::xid8, pg_current_snapshot())
                        then (select min(f.place)
                                from generate_series(0, 9) as r (priority)
                               cross join lateral (select j.place
                                                     from jobs.jobs as j
                                                    where j.xid = p_floors[g.i]::text::xid8 and j.queue = p_queue and j.priority = r.priority
                                                      and j.place >= p_floors[g.i + 1] and j.place < p_floors[r.priority + 1] and j.token is null
                                                    order by j.place
                                                    limit 1) as f)
                        else 0
                   end as place
              from generate_series(22, cardinality(p_floors), 2) as g (i)) as l
     cross join lateral (values (1, l.xid), (2, l.place)) as p (idx, value)
     where l.place is not null;
    v_floors := coalesce(v_floors, p_floors[1:21]);
    if v_floors <> p_floors then
        perform set_config('jobs.floors_' || p_queue, v_floors::text, false);
    end if;
    return v_floors;
end
$function$;

alter function jobs._look_late(p_queue text, p_floors bigint[]) owner to daybook_api;

comment on function jobs._look_late(p_queue text, p_floors bigint[]) is 'Looks which of those that are late have ended, and what they left below the floors; answers what this session knows then. Who left nothing, or all of whose jobs are claimed, is forgotten.';

revoke execute on function jobs._look_late(p_queue text, p_floors bigint[]) from public;
grant execute on function jobs._look_late(p_queue text, p_floors bigint[]) to daybook_owner;
