create or replace function bus._require_webhook_right(p_account_id uuid) returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function bus._require_webhook_right(uuid) is
    'Returns if the role that is logged in may read the whole log, or has the right to manage the account that an endpoint is of; else 42501.';
