-- Who can see of other sessions nothing else still sees that they are there.
create or replace function bus._holder_lives(p_cursor bus.consumer_cursors) returns boolean
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select p_cursor.holder_id is not null
           and p_cursor.seen_at > clock_timestamp() - interval '10 seconds'
           and (p_cursor.holder_pid is null or exists (select 1 from pg_stat_activity as a where a.pid = p_cursor.holder_pid))
$$;

comment on function bus._holder_lives(bus.consumer_cursors) is
    'Whether the holder of a cursor was seen in the last 10 seconds and its session, where it has one of its own, is still there.';
