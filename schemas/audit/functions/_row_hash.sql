-- daybook mirror: function audit._row_hash(p_row audit.audit_log)
-- needs: audit/tables/audit_log.sql

CREATE OR REPLACE FUNCTION audit._row_hash(p_row audit.audit_log)
 RETURNS bytea
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
begin
    return sha256(convert_to(jsonb_build_array(p_row.audit_id, p_row.at, p_row.action, p_row.subject_type, p_row.subject_id, p_row.account_id,
                                               p_row.outcome, p_row.code, p_row.detail, p_row.session_role, p_row.ctx)::text, 'UTF8'));
end
$function$;

alter function audit._row_hash(p_row audit.audit_log) owner to daybook_api;

comment on function audit._row_hash(p_row audit.audit_log) is 'SHA-256 of the text of a JSON array of all that a row of the audit log says, times in UTC. Not of its transaction, whose number means something in one cluster only.';

revoke execute on function audit._row_hash(p_row audit.audit_log) from public;
grant execute on function audit._row_hash(p_row audit.audit_log) to daybook_owner;
