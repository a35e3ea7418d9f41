-- A function of its own, so that a test can turn the day.
-- daybook-lint: allow function-search-path until 2028-06-30: its callers fix it, and nobody but its owner may call it
create or replace function trading._cap_day() returns date
language sql stable parallel safe
as $$
    select (clock_timestamp() at time zone 'UTC')::date
$$;

comment on function trading._cap_day() is 'The day to which what is asked for now counts: in UTC, by the clock of the database.';
