-- Jobs that have ended leave dead entries in the index, and while somebody holds an old snapshot nothing can remove them: looking for the next job from the
-- beginning would walk over all of them, again and again. A session therefore remembers below which place nothing is ready. It may not
-- conclude that from one look: a transaction that had drawn a lower place then may commit later. Whoever draws a place has its transaction id first, so when all
-- transactions that had one at the first look have ended, a second look below the place shows everything there will ever be; what
-- is given back later gets a new place. It is remembered in a setting of the session, not in a table, whose own dead rows would be in the way.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._raise_floor(p_queue text, p_priority integer, p_floors bigint[]) returns bigint[]
language plpgsql volatile
as $$
declare
    v_floor bigint := p_floors[p_priority + 1];
    v_next bigint := p_floors[p_priority + 11];
    v_ended xid8 := p_floors[p_priority + 21]::text::xid8;
    v_last bigint;
    v_lowest bigint;
begin
    if v_next > 0 then
        if pg_snapshot_xmin(pg_current_snapshot()) < v_ended then
            return p_floors;
        end if;
        select j.place into v_lowest
          from jobs.jobs as j
         where j.queue = p_queue and j.priority = p_priority and j.place >= v_floor and j.place < v_next and j.token is null
         order by j.place
         limit 1;
        v_floor := coalesce(v_lowest, v_next);
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
$$;

comment on function jobs._raise_floor(text, integer, bigint[]) is
    'Looks again how high the floor of a queue and priority is, and answers what this session knows then.';
