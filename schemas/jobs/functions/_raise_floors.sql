-- daybook mirror: function jobs._raise_floors(p_queue text, p_floors bigint[])

CREATE OR REPLACE FUNCTION jobs._raise_floors(p_queue text, p_floors bigint[])
 RETURNS bigint[]
 LANGUAGE plpgsql
AS $function$
declare
    v_floors bigint[] := p_floors[1:10];
    v_next bigint[] := p_floors[11:20];
    v_ended xid8 := p_floors[21]::text::xid8;
    v_late bigint[] := p_floors[22:];
    v_open bigint[];
    v_last bigint;
begin
    if v_ended > '0' then
        -- In one statement, hence of one snapshot: who is in progress in it is who has not been seen.
        select array_agg(coalesce(f.place, v_next[p.i]) order by p.i),
               array(select x.xid::text::bigint from pg_snapshot_xip(pg_current_snapshot()) as x (xid) where x.xid < v_ended)
          into v_floors, v_open
          from generate_series(1, 10) as p (i)
          left join lateral (select j.place
                               from jobs.jobs as j
                              where j.queue = p_queue and j.priority = p.i - 1 and j.place >= v_floors[p.i] and j.place < v_next[p.i] and j.token is null
                              order by j.place
                              limit 1) as f on true;
        v_late := v_late || array(select p.value
                                    from unnest(v_open) as o (xid)
                                   cross join lateral (values (1, o.xid), (2, 0)) as p (idx, value)
                                   where not exists (select from generate_series(1, cardinality(v_late), 2) as g (i) where v_late[g.i] = o.xid)
                                   order by o.xid, p.idx);
    end if;

    -- Read before the snapshot of the next statement: whoever gets a transaction id after that draws a higher place.
    select p.last_value + 1 into v_last from jobs.places as p;
    select array_agg(coalesce(f.place, v_last) order by p.i), pg_snapshot_xmax(pg_current_snapshot())
      into v_next, v_ended
      from generate_series(1, 10) as p (i)
      left join lateral (select j.place
                           from jobs.jobs as j
                          where j.queue = p_queue and j.priority = p.i - 1 and j.place >= v_floors[p.i] and j.token is null
                          order by j.place
                          limit 1) as f on true;
    p_floors := v_floors || v_next || v_ended::text::bigint || v_late;
    perform set_config('jobs.floors_' || p_queue, p_floors::text, false);
    return p_floors;
end
$function$;

alter function jobs._raise_floors(p_queue text, p_floors bigint[]) owner to daybook_api;

comment on function jobs._raise_floors(p_queue text, p_floors bigint[]) is 'Looks again how high the floors of a queue are, and answers what this session knows then.';

revoke execute on function jobs._raise_floors(p_queue text, p_floors bigint[]) from public;
grant execute on function jobs._raise_floors(p_queue text, p_floors bigint[]) to daybook_owner;
