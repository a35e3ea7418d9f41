create or replace function trading.fn_accounts()
returns table (account_id uuid, name text, venue text, currency text, mode text, position_mode text, opening_balance numeric,
               status text, opened_at timestamptz, closed_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

comment on function trading.fn_accounts() is 'The accounts that the caller may read.';
