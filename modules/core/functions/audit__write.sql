create or replace function audit._write(
    p_action text, p_subject_type text, p_subject_id text, p_account_id uuid,
    p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb)
returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_audit_id bigint;
begin
    insert into audit.audit_log (action, subject_type, subject_id, account_id, outcome, code, detail, ctx)
    values (p_action, p_subject_type, p_subject_id, p_account_id, p_outcome, p_code, p_detail, p_ctx)
    returning audit_id into v_audit_id;

    return v_audit_id;
end
$$;

comment on function audit._write(text, text, text, uuid, text, text, jsonb, jsonb) is
    'Appends one row to the audit log and returns its number. The caller has checked p_ctx and emits the event.';
