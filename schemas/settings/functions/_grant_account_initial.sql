-- daybook mirror: function settings._grant_account_initial(p_account_id uuid, p_ctx jsonb)

CREATE OR REPLACE FUNCTION settings._grant_account_initial(p_account_id uuid, p_ctx jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    c_rights constant text[] := array['manage', 'read', 'trade'];
begin
    insert into settings.account_grants (account_id, role_name, rights, granted_at, ctx)
    values (p_account_id, session_user, c_rights, clock_timestamp(), p_ctx);

    perform audit._write('settings.grant_account', 'account', p_account_id::text, p_account_id, 'created', null,
        jsonb_build_object('role_name', session_user, 'rights', to_jsonb(c_rights)), p_ctx);
    perform bus.fn_emit_domain_event('settings.account_granted', p_account_id::text,
        jsonb_build_object('account_id', p_account_id, 'role_name', session_user, 'rights', to_jsonb(c_rights)),
        null, null, p_account_id, p_ctx);
end
$function$;

alter function settings._grant_account_initial(p_account_id uuid, p_ctx jsonb) owner to daybook_api;

comment on function settings._grant_account_initial(p_account_id uuid, p_ctx jsonb) is 'Gives all rights on an account to the role that is logged in. Called once, by the function that opens the account.';

revoke execute on function settings._grant_account_initial(p_account_id uuid, p_ctx jsonb) from public;
grant execute on function settings._grant_account_initial(p_account_id uuid, p_ctx jsonb) to daybook_owner;
