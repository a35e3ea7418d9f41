create or replace function jobs._floors(p_queue text) returns bigint[]
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case when s.value ~ '^\{[0-9]+(,[0-9]+){29,}\}$' then s.value::bigint[] else array_fill(0::bigint, array[30]) end
      from (select current_setting('jobs.floors_' || p_queue, true)) as s (value)
$$;

comment on function jobs._floors(text) is
    'What this session knows of a queue: for each of the ten priorities the place below which nothing is ready but for those who are late, then a place of which that is to be '
    'proven, then the transaction id from which on nobody draws a lower one. Behind these thirty, pairs: the id of a transaction that is late, and when it has ended the lowest '
    'of its places that may be ready, else 0.';
