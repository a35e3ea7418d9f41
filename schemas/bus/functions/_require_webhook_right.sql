-- daybook mirror: function bus._require_webhook_right(p_account_id uuid)

CREATE OR REPLACE FUNCTION bus._require_webhook_right(p_account_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if bus._reads_log() then
        return;
    end if;
    if p_account_id is null then
        raise exception 'role % may not manage webhooks of all accounts', quote_literal(session_user)
            using errcode = '42501', hint = 'Name an account, or connect as a role that may execute bus.fn_read_log().';
    end if;
    perform settings.require_account(p_account_id, 'manage');
end
$function$;

alter function bus._require_webhook_right(p_account_id uuid) owner to daybook_api;

comment on function bus._require_webhook_right(p_account_id uuid) is 'Returns if the role that is logged in may read the whole log, or has the right to manage the account that an endpoint is of; else 42501.';

revoke execute on function bus._require_webhook_right(p_account_id uuid) from public;
grant execute on function bus._require_webhook_right(p_account_id uuid) to daybook_owner;
