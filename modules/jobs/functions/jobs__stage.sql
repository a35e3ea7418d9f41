-- Jobs that were given their place leave dead entries in the index, over which a look from the beginning walks while somebody holds an old snapshot. So most looks
-- begin a second before the last one; those from the beginning find what was due earlier and committed late, or was written by a clock that was put
-- back, and are made after fifty times what one of them takes: at once where nothing is in the way, and never for more than a fiftieth of the time.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._stage() returns void
language plpgsql volatile
as $$
declare
    c_now constant timestamptz := clock_timestamp();
    c_known constant text := current_setting('jobs.due_looks', true);
    -- In seconds: when the last look was made, and until when the next one from the beginning has time.
    v_looks double precision[] := case when c_known ~ '^\{[0-9.]+,[0-9.]+\}$' then c_known else '{0,0}' end;
    v_whole boolean := c_now not between to_timestamp(v_looks[1]) and to_timestamp(v_looks[2]);
    v_from timestamptz := case when v_whole then '-infinity' else to_timestamp(v_looks[1]) - interval '1 second' end;
    v_found boolean := exists (select from jobs.jobs as j where j.place is null and j.due_at >= v_from and j.due_at <= c_now);
    v_staged bigint := 0;
begin
    if v_whole then
        v_looks[2] := extract(epoch from clock_timestamp() + 50 * (clock_timestamp() - c_now));
    end if;
    if v_found then
        perform pg_current_xact_id();
        update jobs.jobs as j
           set place = nextval('jobs.places'), xid = pg_current_xact_id()
         where j.ctid = any (array(select d.ctid
                                     from jobs.jobs as d
                                    where d.place is null and d.due_at >= v_from and d.due_at <= c_now
                                    order by d.due_at
                                    limit 1000
                                      for no key update skip locked));
        get diagnostics v_staged = row_count;
    end if;
    -- Of a thousand there may be more, and the next look begins where this one did.
    if v_staged < 1000 then
        v_looks[1] := extract(epoch from c_now);
        perform set_config('jobs.due_looks', v_looks::text, false);
    end if;
end
$$;

comment on function jobs._stage() is 'Gives jobs whose time has come their places, at most a thousand.';
