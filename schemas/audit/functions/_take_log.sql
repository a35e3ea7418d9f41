-- daybook mirror: function audit._take_log(p_account_id uuid, p_rows json)

CREATE OR REPLACE FUNCTION audit._take_log(p_account_id uuid, p_rows json)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    v_taken bigint;
begin
    insert into audit.audit_log (at, action, subject_type, subject_id, account_id, outcome, code, detail, session_role, ctx)
    select r.at, r.action, r.subject_type, r.subject_id, p_account_id, r.outcome, r.code, r.detail, r.session_role, r.ctx
      from json_to_recordset(p_rows) as r (at timestamptz, action text, subject_type text, subject_id text, account_id uuid, outcome text,
                                           code text, detail jsonb, session_role name, ctx jsonb, nth bigint, audit_id bigint)
     where r.account_id = p_account_id
       and r.nth > (
               select count(*)
                 from audit.audit_log as l
                where l.subject_type = r.subject_type and l.subject_id = r.subject_id and l.account_id = r.account_id
                  and l.at = r.at and l.action = r.action and l.outcome = r.outcome and l.code is not distinct from r.code)
     order by r.audit_id;
    get diagnostics v_taken = row_count;
    return v_taken;
end
$function$;

alter function audit._take_log(p_account_id uuid, p_rows json) owner to daybook_api;

comment on function audit._take_log(p_account_id uuid, p_rows json) is 'Takes over rows of the audit log of an account that another place wrote, with the time and the role of then. Returns how many are new. The caller emits the event.';

revoke execute on function audit._take_log(p_account_id uuid, p_rows json) from public;
grant execute on function audit._take_log(p_account_id uuid, p_rows json) to daybook_owner;
