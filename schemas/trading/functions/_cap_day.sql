-- daybook mirror: function trading._cap_day()

CREATE OR REPLACE FUNCTION trading._cap_day()
 RETURNS date
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
    select (clock_timestamp() at time zone 'UTC')::date
$function$;

alter function trading._cap_day() owner to daybook_api;

comment on function trading._cap_day() is 'The day to which what is asked for now counts: in UTC, by the clock of the database.';

revoke execute on function trading._cap_day() from public;
grant execute on function trading._cap_day() to daybook_owner;
