create or replace function bus._reads_log() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select has_function_privilege(session_user, 'bus.fn_read_log(smallint, bigint, integer, text[])', 'execute')
$$;

comment on function bus._reads_log() is
    'Whether the role that is logged in may read the whole log, and so needs no right for each account.';
