-- daybook mirror: function audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb)

CREATE OR REPLACE FUNCTION audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_audit_id bigint;
begin
    insert into audit.audit_log (action, subject_type, subject_id, account_id, outcome, code, detail, ctx)
    values (p_action, p_subject_type, p_subject_id, p_account_id, p_outcome, p_code, p_detail, p_ctx)
    returning audit_id into v_audit_id;

    return v_audit_id;
end
$function$;

alter function audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb) owner to daybook_api;

comment on function audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb) is 'Appends one row to the audit log and returns its number. The caller has checked p_ctx and emits the event.';

revoke execute on function audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb) from public;
grant execute on function audit._write(p_action text, p_subject_type text, p_subject_id text, p_account_id uuid, p_outcome text, p_code text, p_detail jsonb, p_ctx jsonb) to daybook_owner;
