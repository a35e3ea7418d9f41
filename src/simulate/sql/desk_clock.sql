-- The day to which caps count is the history's, and not that of a clock.
create schema if not exists simulate;
create table if not exists simulate.today (day date not null);
insert into simulate.today (day) select date '2000-01-01' where not exists (select from simulate.today);
grant usage on schema simulate to public;
grant select on simulate.today to public;
create or replace function trading._cap_day() returns date
language sql stable parallel safe
as $$
    select t.day from simulate.today as t
$$;
