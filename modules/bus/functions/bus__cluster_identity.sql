-- Some services do not let their users read the control data; there a restored log is told by its timeline and its transaction ids alone.
-- The timeline is that of the file the server writes to now: the control data keep the old one until the first checkpoint after a promotion.
create or replace function bus._cluster_identity(out system_id bigint, out timeline integer)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
    timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer;
    if has_function_privilege('pg_control_system()', 'execute') then
        system_id := (select s.system_identifier from pg_control_system() as s);
    end if;
end
$$;

comment on function bus._cluster_identity() is
    'Which cluster this is, null where that may not be read, and which timeline it is on. Not on a standby.';
