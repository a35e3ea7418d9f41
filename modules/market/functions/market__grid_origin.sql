create or replace function market._grid_origin(p_interval_s integer)
returns timestamptz
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select case when p_interval_s % 604800 = 0 then timestamptz '1970-01-05 00:00:00+00' else timestamptz '1970-01-01 00:00:00+00' end
$$;
comment on function market._grid_origin(integer) is
    'Where the grid of rows of this length is hung up that has no row yet: on the clock''s count of them, and weeks begin on Mondays.';
