-- daybook mirror: function jobs._floors(p_queue text)

CREATE OR REPLACE FUNCTION jobs._floors(p_queue text)
 RETURNS bigint[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case when s.value ~ '^\{[0-9]+(,[0-9]+){20,}\}$' then s.value::bigint[] else array_fill(0::bigint, array[21]) end
      from (select current_setting('jobs.floors_' || p_queue, true)) as s (value)
$function$;

alter function jobs._floors(p_queue text) owner to daybook_api;

comment on function jobs._floors(p_queue text) is 'What this session knows of a queue: ten places, of each priority the one below which nothing is ready but for those who are late; ten places of which that is to be proven; the transaction id from which on nobody draws a lower place than these, 0 when there are none yet. Behind these twenty-one, pairs: the id of a transaction that is late, and when it has ended the lowest of its places that may be ready, else 0.';

revoke execute on function jobs._floors(p_queue text) from public;
grant execute on function jobs._floors(p_queue text) to daybook_owner;
