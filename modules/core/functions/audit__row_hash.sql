create or replace function audit._row_hash(p_row audit.audit_log) returns bytea
language plpgsql stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
begin
    return sha256(convert_to(jsonb_build_array(p_row.audit_id, p_row.at, p_row.action, p_row.subject_type, p_row.subject_id, p_row.account_id,
                                               p_row.outcome, p_row.code, p_row.detail, p_row.session_role, p_row.ctx)::text, 'UTF8'));
end
$$;

comment on function audit._row_hash(audit.audit_log) is
    'SHA-256 of the text of a JSON array of all that a row of the audit log says, times in UTC. Not of its transaction, whose number means something in one cluster only.';
