-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function jobs._stage() returns void
language plpgsql volatile
as $$
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
$$;

comment on function jobs._stage() is 'Gives jobs whose time has come their places, at most a thousand.';
