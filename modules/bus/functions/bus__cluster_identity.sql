-- Some services do not let their users read the control data; there a restored log is told by its transaction ids alone.
create or replace function bus._cluster_identity(out system_id bigint, out timeline integer)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if has_function_privilege('pg_control_system()', 'execute') and has_function_privilege('pg_control_checkpoint()', 'execute') then
        select s.system_identifier, c.timeline_id into system_id, timeline
          from pg_control_system() as s cross join pg_control_checkpoint() as c;
    end if;
end
$$;

comment on function bus._cluster_identity() is
    'Which cluster this is and which timeline it is on; nulls where that may not be read.';
