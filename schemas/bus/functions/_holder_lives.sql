-- daybook mirror: function bus._holder_lives(p_cursor bus.consumer_cursors)
-- needs: bus/tables/consumer_cursors.sql

CREATE OR REPLACE FUNCTION bus._holder_lives(p_cursor bus.consumer_cursors)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select p_cursor.holder_id is not null
           and p_cursor.seen_at > clock_timestamp() - interval '10 seconds'
           and (p_cursor.holder_pid is null or exists (select 1 from pg_stat_activity as a where a.pid = p_cursor.holder_pid))
$function$;

alter function bus._holder_lives(p_cursor bus.consumer_cursors) owner to daybook_api;

comment on function bus._holder_lives(p_cursor bus.consumer_cursors) is 'Whether the holder of a cursor was seen in the last 10 seconds and its session, where it has one of its own, is still there.';

revoke execute on function bus._holder_lives(p_cursor bus.consumer_cursors) from public;
grant execute on function bus._holder_lives(p_cursor bus.consumer_cursors) to daybook_owner;
