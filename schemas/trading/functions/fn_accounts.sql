-- daybook mirror: function trading.fn_accounts()

CREATE OR REPLACE FUNCTION trading.fn_accounts()
 RETURNS TABLE(account_id uuid, name text, venue text, currency text, mode text, position_mode text, opening_balance numeric, status text, opened_at timestamp with time zone, closed_at timestamp with time zone)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return query
        select a.account_id, a.name, a.venue, a.currency, a.mode, a.position_mode, a.opening_balance::numeric, a.status, a.opened_at,
               a.closed_at
          from trading.accounts as a
         where exists (
               select 1
                 from settings.account_grants as g
                where g.account_id = a.account_id
                  and 'read' = any (g.rights)
                  and (g.role_name = session_user
                       or pg_has_role(session_user, to_regrole(quote_ident(g.role_name))::oid, 'member')))
         order by a.name, a.account_id;
end
$function$;

alter function trading.fn_accounts() owner to daybook_api;

comment on function trading.fn_accounts() is 'The accounts that the caller may read.';

revoke execute on function trading.fn_accounts() from public;
grant execute on function trading.fn_accounts() to daybook_agent;
grant execute on function trading.fn_accounts() to daybook_app;
grant execute on function trading.fn_accounts() to daybook_bot;
grant execute on function trading.fn_accounts() to daybook_executor;
grant execute on function trading.fn_accounts() to daybook_manager;
grant execute on function trading.fn_accounts() to daybook_owner;
grant execute on function trading.fn_accounts() to daybook_risk;
