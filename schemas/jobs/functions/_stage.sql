-- daybook mirror: function jobs._stage()

CREATE OR REPLACE FUNCTION jobs._stage()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

alter function jobs._stage() owner to daybook_api;

comment on function jobs._stage() is 'Gives jobs whose time has come their places, at most a thousand.';

revoke execute on function jobs._stage() from public;
grant execute on function jobs._stage() to daybook_owner;
