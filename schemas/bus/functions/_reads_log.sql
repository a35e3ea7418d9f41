-- daybook mirror: function bus._reads_log()

CREATE OR REPLACE FUNCTION bus._reads_log()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select has_function_privilege(session_user, 'bus.fn_read_log(smallint, bigint, integer, text[])', 'execute')
$function$;

alter function bus._reads_log() owner to daybook_api;

comment on function bus._reads_log() is 'Whether the role that is logged in may read the whole log, and so needs no right for each account.';

revoke execute on function bus._reads_log() from public;
grant execute on function bus._reads_log() to daybook_owner;
