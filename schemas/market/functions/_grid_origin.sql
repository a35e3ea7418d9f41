-- daybook mirror: function market._grid_origin(p_interval_s integer)

CREATE OR REPLACE FUNCTION market._grid_origin(p_interval_s integer)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case when p_interval_s % 604800 = 0 then timestamptz '1970-01-05 00:00:00+00' else timestamptz '1970-01-01 00:00:00+00' end
$function$;

alter function market._grid_origin(p_interval_s integer) owner to daybook_api;

comment on function market._grid_origin(p_interval_s integer) is 'Where the grid of rows of this length is hung up that has no row yet: on the clock''s count of them, and weeks begin on Mondays.';

revoke execute on function market._grid_origin(p_interval_s integer) from public;
grant execute on function market._grid_origin(p_interval_s integer) to daybook_owner;
