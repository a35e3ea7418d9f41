-- daybook mirror: function bus._cluster_identity(OUT system_id bigint, OUT timeline integer)

CREATE OR REPLACE FUNCTION bus._cluster_identity(OUT system_id bigint, OUT timeline integer)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer;
    if has_function_privilege('pg_control_system()', 'execute') then
        system_id := (select s.system_identifier from pg_control_system() as s);
    end if;
end
$function$;

alter function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) owner to daybook_api;

comment on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) is 'Which cluster this is, null where that may not be read, and which timeline it is on. Not on a standby.';

revoke execute on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) from public;
grant execute on function bus._cluster_identity(OUT system_id bigint, OUT timeline integer) to daybook_owner;
