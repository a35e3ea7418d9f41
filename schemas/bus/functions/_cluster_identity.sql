-- daybook mirror: function bus._cluster_identity(OUT system_id bigint, OUT timeline integer)

CREATE OR REPLACE FUNCTION bus._cluster_identity(OUT system_id bigint, OUT timeline integer)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if has_function_privilege('pg_control_system()', 'execute') and has_function_privilege('pg_control_checkpoint()', 'execute') then
        select s.system_identifier, c.timeline_id into system_id, timeline
          from pg_control_system() as s cross join pg_control_checkpoint() as c;
    end if;
end
$function$;

alter function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) owner to daybook_api;

comment on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) is 'Which cluster this is and which timeline it is on; nulls where that may not be read.';

revoke execute on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) from public;
grant execute on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) to daybook_owner;
