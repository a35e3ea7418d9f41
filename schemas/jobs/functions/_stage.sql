-- daybook mirror: function jobs._stage()

CREATE OR REPLACE FUNCTION jobs._stage()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
    if not exists (select from jobs.jobs as j where j.place is null and j.due_at <= clock_timestamp()) then
        return;
    end if;
    perform pg_current_xact_id();
    update jobs.jobs as j
       set place = nextval('jobs.places')
     where j.ctid = any (array(select d.ctid
                                 from jobs.jobs as d
                                where d.place is null and d.due_at <= clock_timestamp()
                                order by d.due_at
                                limit 1000
                                  for no key update skip locked));
end
$function$;

alter function jobs._stage() owner to daybook_api;

comment on function jobs._stage() is 'Gives jobs whose time has come their places, at most a thousand.';

revoke execute on function jobs._stage() from public;
grant execute on function jobs._stage() to daybook_owner;
