-- daybook mirror: function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[])

CREATE OR REPLACE FUNCTION jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
    v_floor bigint := p_floors[p_priority + 1];
    v_next bigint := p_floors[p_priority + 11];
    v_ended xid8 := p_floors[p_priority + 21]::text::xid8;
    v_last bigint;
    v_lowest bigint;
    v_open bigint[];
begin
    if v_next > 0 then
        -- In one statement, hence of one snapshot: who is in progress in it is who has not been seen.
        select (select j.place
                  from jobs.jobs as j
                 where j.queue = p_queue and j.priority = p_priority and j.place >= v_floor and j.place < v_next and j.token is null
                 order by j.place
                 limit 1),
               array(select x.xid::text::bigint from pg_snapshot_xip(pg_current_snapshot()) as x (xid) where x.xid < v_ended)
          into v_lowest, v_open;
        v_floor := coalesce(v_lowest, v_next);
        p_floors := p_floors || array(select p.value
                                        from unnest(v_open) as o (xid)
                                       cross join lateral (values (1, o.xid), (2, 0)) as p (idx, value)
                                       where not exists (select from generate_series(31, cardinality(p_floors), 2) as g (i) where p_floors[g.i] = o.xid)
                                       order by o.xid, p.idx);
    end if;

    -- Read before the snapshot of the next statement: whoever gets a transaction id after that draws a higher place.
    select p.last_value + 1 into v_last from jobs.places as p;
    select coalesce((select j.place
                       from jobs.jobs as j
                      where j.queue = p_queue and j.priority = p_priority and j.place >= v_floor and j.token is null
                      order by j.place
                      limit 1), v_last), pg_snapshot_xmax(pg_current_snapshot())
      into v_next, v_ended;
    p_floors[p_priority + 1] := v_floor;
    p_floors[p_priority + 11] := v_next;
    p_floors[p_priority + 21] := v_ended::text::bigint;
    perform set_config('jobs.floors_' || p_queue, p_floors::text, false);
    return p_floors;
end
$function$;

alter function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[]) owner to daybook_api;

comment on function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[]) is 'Looks again how high the floor of a queue and priority is, and answers what this session knows then.';

revoke execute on function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[]) from public;
grant execute on function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[]) to daybook_owner;
